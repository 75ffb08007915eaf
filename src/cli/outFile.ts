import { open, realpath, rm, stat } from 'node:fs/promises';

/**
 * Checks that a file can be written, before hours of work produce its content. An existing file is not
 * changed, and no new file remains.
 * @throws Error with the path and the reason
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    const before = await stat(path).catch(() => null);
    // Opening a pipe would wait until somebody reads from it.
    if (before !== null && !before.isFile() && !before.isDirectory()) return;
    await (await open(path, 'a')).close();
    // A link to a missing file stays. The file that was just created at its target is removed.
    if (before === null) await rm(await realpath(path));
  } catch (fault) {
    const got = fault instanceof Error ? fault.message : String(fault);
    throw new Error(
      `--out must be a file that can be written, got ${got}. Choose another path, or make its directory first.`,
    );
  }
}
