import { isPicturePath } from '../pictures/pictureNames.ts';
import { isLabelFile } from './archives/webDataset.ts';
import { kindOfZipHead } from './archives/zipKind.ts';
import { isClassList } from './classList.ts';
import { METADATA, type Reason, reasonOf } from './ledger.ts';
import { isLitter } from './litter.ts';
import { partFile } from './partFiles.ts';
import { kindByEnding, kindInPlaceOfPicture, otherKindByEnding } from './signatures.ts';

/**
 * What a file or an entry of an archive is by its name. litter: an operating system left it behind, or it
 * lies in a hidden folder. list: it gives the classes of pictures beside it. label: it may tell the label of
 * one picture. text: it lies beside pictures. other: only its bytes tell.
 */
export type EntryKind = 'litter' | 'list' | 'picture' | 'label' | 'text' | 'other';

/** What a path is by its name, in folders and in all archives alike. */
export function entryKind(path: string): EntryKind {
  if (isLitter(path)) return 'litter';
  if (isClassList(path)) return 'list';
  if (isPicturePath(path)) return 'picture';
  if (isLabelFile(path)) return 'label';
  return isText(path) ? 'text' : 'other';
}

/** Texts that often lie beside images: names of classes, licences, lists. */
const TEXT =
  /\.(txt|index|lst|list|html?|md|rst|csv|tsv|json|jsonl|xml|ya?ml|log|sha256|md5|bib|pdf|rtf|tex|ipynb)(\.(gz|bz2|xz|zst))?$/i;
const TEXT_NAME =
  /^(readme|licen[cs]e|copying|authors|notice|changelog|citation|manifest|sha256sums|md5sums)$/i;

function isText(path: string): boolean {
  return TEXT.test(path) || TEXT_NAME.test(path.slice(path.lastIndexOf('/') + 1));
}

/** Whether a path's name is that of what lies beside images and is none itself. */
export function isBeside(path: string): boolean {
  const kind = entryKind(path);
  return kind === 'list' || kind === 'label' || kind === 'text';
}

/** Why a file is not used that has not the name of a picture. */
export function reasonOfHead(path: string, head: Uint8Array): Reason {
  const claimed = kindByEnding(path);
  const kind = kindOfZipHead(head) ?? kindInPlaceOfPicture(head) ?? claimed ?? otherKindByEnding(path);
  if (kind?.holds === 'text') return METADATA;
  if (kind !== null) return reasonOf(kind, claimed !== null);
  const part = partFile(path, new Set());
  if (part !== null) return part.reason;
  const ending = /\.(\w{1,12})$/.exec(path)?.[0] ?? 'file without ending';
  return { label: `${ending} of an unknown kind`, advice: '', group: 'data' };
}
