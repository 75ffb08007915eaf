import { pictureKind } from '../pictures/pictureHeader.ts';
import { isTarHeader } from './archives/tarHeader.ts';
import { type UnreadKind, unreadKind } from './signatures.ts';

/** What a file is by its first bytes: one of the kinds that can be read, or another kind. */
export type FileKind =
  | { readonly kind: 'gzip' | 'tar' | 'zip' | 'parquet' | 'picture' | 'records' }
  | { readonly kind: 'other'; readonly other: UnreadKind };

/**
 * Tells the kind of a file from its first `HEAD_BYTES` bytes. Records have no magic number, so that any
 * unknown file may be records. The checks of size and labels then refuse what is not.
 * @param fitsRecords whether the size is that of records. A file that starts with a CIFAR-10 label (0–9) is
 *   then taken for another kind only by a long signature.
 */
export function fileKind(head: Uint8Array, fitsRecords: boolean): FileKind {
  if (head.length === 0) return { kind: 'records' };
  if (starts(head, 0, 0x1f, 0x8b)) return { kind: 'gzip' };
  if (isTarHeader(head)) return { kind: 'tar' };
  if (starts(head, 257, 0x75, 0x73, 0x74, 0x61, 0x72) && head[0]! >= 10) return { kind: 'tar' };
  if (starts(head, 0, 0x50, 0x4b, 0x03, 0x04) || starts(head, 0, 0x50, 0x4b, 0x05, 0x06))
    return { kind: 'zip' };
  if (starts(head, 0, 0x50, 0x41, 0x52, 0x31)) return { kind: 'parquet' };
  if (pictureKind(head) !== null) return { kind: 'picture' };
  const other = unreadKind(head, fitsRecords);
  return other === null ? { kind: 'records' } : { kind: 'other', other };
}

function starts(head: Uint8Array, at: number, ...magic: readonly number[]): boolean {
  return magic.every((byte, i) => head[at + i] === byte);
}
