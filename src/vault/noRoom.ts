import type { Space } from '../platform/privateFiles.ts';
import { sizeText } from './door/pruning.ts';

/** The browser gives no room for a file, even after older checkpoints were removed. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';

  /** @param needed bytes of the file */
  constructor(readonly needed: number) {
    super(`no room for ${needed} bytes`);
  }
}

/**
 * What is full, how much was needed, and what to do.
 * @param what “The checkpoint of step 12”
 * @param needed bytes of the file; null if they are not known
 * @param space what the browser estimates; its quota may be more than the disk has left
 */
export function noRoomWords(what: string, needed: number | null, space: Space | null): string {
  const size = needed === null ? '' : ` (${sizeText(needed)})`;
  const free = space && Math.max(0, space.quota - space.used);
  const room =
    space === null || free === null
      ? ''
      : free >= (needed ?? 1)
        ? ` It uses ${sizeText(space.used)} and was promised ${sizeText(space.quota)}, so the disk of this computer may be full.`
        : ` It uses ${sizeText(space.used)} of ${sizeText(space.quota)}; ${sizeText(free)} are free.`;
  return `${what}${size} could not be kept: the browser gives this site no more room.${room} Training goes on, and what was kept before stays. Delete kept runs in the list of runs, or make room on the disk; or save the run file before you leave.`;
}

export function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}
