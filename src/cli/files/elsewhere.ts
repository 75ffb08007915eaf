import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/**
 * Hours may lie in what a command made, so if its place is full or gone, it goes where the system keeps
 * temporary files. Returns the error for the user, which says where it is.
 */
export async function keptElsewhere(
  path: string,
  fault: unknown,
  write: (path: string) => Promise<unknown>,
): Promise<Error> {
  const reason = (fault instanceof Error ? fault.message : String(fault)).replace(/\.$/, '');
  const folder = await mkdtemp(join(tmpdir(), 'dualgate-')).catch(() => null);
  if (folder !== null) {
    try {
      const rescue = join(folder, basename(path));
      await write(rescue);
      return new Error(
        `${path} could not be written: ${reason}. What was made is in ${rescue}: move it to a place that lasts.`,
      );
    } catch {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return new Error(
    `${path} could not be written: ${reason}. Nor could it be written among the temporary files. Make room, and start again.`,
  );
}
