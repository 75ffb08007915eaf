import { open, realpath, rm, stat } from 'node:fs/promises';

/**
 * Makes sure that a file can be written, before hours of work go into what shall stand in it. Leaves what is there
 * as it is, and nothing where there was nothing.
 * @throws Error naming the path and what stands against it
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    const before = await stat(path).catch(() => null);
    // Opening a pipe would wait for its reader.
    if (before !== null && !before.isFile() && !before.isDirectory()) return;
    await (await open(path, 'a')).close();
    // A link that led nowhere stays; what it now leads to goes.
    if (before === null) await rm(await realpath(path));
  } catch (fault) {
    const got = fault instanceof Error ? fault.message : String(fault);
    throw new Error(
      `--out must be a file that can be written, got ${got}. Choose another path, or make its directory first.`,
    );
  }
}
