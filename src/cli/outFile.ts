import { open, rm, stat } from 'node:fs/promises';
import { isStream, neighbourOf, targetOf } from './wholeFile.ts';

/**
 * Checks that a file can be written, before hours of work produce its content. An existing file is not
 * changed, and no new file remains.
 * @throws Error with the option, the path and the reason
 */
export async function requireWritable(path: string, flag = '--out'): Promise<void> {
  try {
    const before = await stat(path).catch(() => null);
    // Opening a pipe would wait until somebody reads from it.
    if (isStream(path, before)) return;
    if (before !== null) await (await open(path, 'a')).close();
    else if (path === '') await open(path, 'r');
    await requireRoomBeside(await targetOf(path));
  } catch (fault) {
    const got = fault instanceof Error ? fault.message : String(fault);
    throw new Error(
      `${flag} must be a file that can be written, got ${got}. Choose another path, or make its directory first.`,
    );
  }
}

/** The file is written as a neighbour first, so its folder must take one. */
async function requireRoomBeside(target: string): Promise<void> {
  const neighbour = neighbourOf(target);
  try {
    await (await open(neighbour, 'wx')).close();
  } catch (fault) {
    // The user knows the file, not its neighbour.
    throw new Error(String(fault instanceof Error ? fault.message : fault).replace(neighbour, target));
  }
  await rm(neighbour);
}
