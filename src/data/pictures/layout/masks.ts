import { listed } from '../../formats/listed.ts';
import { saysNothing, wordsOf } from '../../formats/splitNames.ts';
import type { Folder } from './folderTree.ts';

// Masks and maps mark the parts of other pictures. They are no pictures to train on.

/** Words of folders whose pictures are masks or maps of other pictures. */
const MASK_WORDS: ReadonlySet<string> = new Set(
  'mask masks label labels annotation annotations annotated instance instances semantic semantics segmentation segmentations trimap trimaps gt groundtruth truth map maps depth disparity saliency'.split(
    ' ',
  ),
);

/** Words that tell kinds of masks apart. */
const MASK_KINDS: ReadonlySet<string> = new Set(
  'ground binary color colour class object objects aug raw'.split(' '),
);

/** Words of folders that hold the pictures beside the masks, beside those that say nothing. */
const PICTURE_WORDS: ReadonlySet<string> = new Set('original originals raw input inputs rgb'.split(' '));

/** A folder of masks that lies beside the folder of their pictures; null if there is none. */
export function masksIn(folder: Folder): { readonly masks: Folder; readonly pictures: Folder } | null {
  const inner = [...folder.folders.values()];
  const masks = inner.find(({ name }) => isMasks(name));
  const pictures = inner.find(({ name }) => saysNothing(name) || isPictures(name));
  if (masks !== undefined && pictures !== undefined) return { masks, pictures };
  for (const next of inner) {
    const found = masksIn(next);
    if (found !== null) return found;
  }
  return null;
}

function isPictures(name: string): boolean {
  const words = wordsOf(name);
  const others = words.filter((word) => !PICTURE_WORDS.has(word));
  return others.length < words.length && (others.length === 0 || saysNothing(others.join(' ')));
}

function isMasks(name: string): boolean {
  const words = wordsOf(name);
  const others = words.filter((word) => !MASK_WORDS.has(word) && !MASK_KINDS.has(word));
  const saysMask = words.some((word) => MASK_WORDS.has(word));
  return saysMask && (others.length === 0 || saysNothing(others.join(' ')));
}

/** A file of a mask, without its ending, behind the name of its picture: “benign (1)_mask”, “a-mask-2”. */
const MASK_FILE =
  /^(.*[^ _.-])[ _.-]+(masks?|segmentations?|seg|labels?|annotations?|trimaps?|gt|superpixels)([ _.-]?\d+)?$/i;

/** A sentence on pictures that are called as others beside them and say “mask”; null if there are none. */
export function doubtOfMasks(paths: readonly string[]): string | null {
  const stems = new Set(paths.map(stemOf));
  const masks = paths.filter((path) => {
    const [, of] = MASK_FILE.exec(stemOf(path)) ?? [];
    return of !== undefined && stems.has(of);
  });
  if (masks.length === 0) return null;
  const shown = listed(masks.slice(0, 3).map((path) => path.slice(path.lastIndexOf('/') + 1)));
  const are = masks.length === 1 ? '1 picture has' : `${masks.length} pictures have`;
  return `${are} the name of a mask of another (${shown}). Masks are no pictures to train on: take them out.`;
}

/** A path without its file's ending. */
function stemOf(path: string): string {
  return path.replace(/\.[^./]*$/, '');
}
