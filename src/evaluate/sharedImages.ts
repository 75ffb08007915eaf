import type { Dataset } from '../data/images/dataset.ts';

type ImageSet = Pick<Dataset, 'count' | 'size' | 'pixels'>;

/** Words of an image that are hashed, spread over all of it. They hardly ever agree in images that differ. */
const HASHED = 256;

/** Test images with the same pixels. */
interface Group {
  readonly images: number[];
}

/**
 * Which test images have the same pixels as an image of another set: u8 [test.count], 1 = has. Every image is
 * read once, and images of equal hashes are compared whole.
 */
export function sharedImages(sets: readonly ImageSet[], test: ImageSet): Uint8Array {
  const shared = new Uint8Array(test.count);
  const alike = sets.filter(({ size }) => size === test.size);
  const tests = wordsOf(test);
  const groups = groupsOf(tests, test.count);
  for (const set of alike) {
    const words = wordsOf(set);
    for (let image = 0; image < set.count; image++) {
      const candidates = groups.get(hashOf(words, image));
      const found = candidates?.find(({ images: [first] }) => areEqual(words, image, tests, first!));
      for (const index of found?.images ?? []) shared[index] = 1;
    }
  }
  return shared;
}

/** The pixels of a set in words, with the number of words of an image. */
interface Words {
  readonly words: Int32Array | Uint8Array;
  readonly each: number;
}

/**
 * Words are four bytes where an image begins and ends with one in every set of this side, and else one byte.
 */
function wordsOf({ size, pixels }: ImageSet): Words {
  const bytes = 3 * size * size;
  if (bytes % 4 !== 0) return { words: pixels, each: bytes };
  const aligned = pixels.byteOffset % 4 === 0 ? pixels : pixels.slice();
  return {
    words: new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4),
    each: bytes / 4,
  };
}

function groupsOf(tests: Words, count: number): ReadonlyMap<number, readonly Group[]> {
  const groups = new Map<number, Group[]>();
  for (let image = 0; image < count; image++) {
    const hash = hashOf(tests, image);
    const known = groups.get(hash);
    const equal = known?.find(({ images: [first] }) => areEqual(tests, image, tests, first!));
    if (equal !== undefined) equal.images.push(image);
    else if (known !== undefined) known.push({ images: [image] });
    else groups.set(hash, [{ images: [image] }]);
  }
  return groups;
}

function hashOf({ words, each }: Words, image: number): number {
  const end = (image + 1) * each;
  const stride = Math.max(1, Math.floor(each / HASHED));
  let hash = 0;
  for (let at = image * each; at < end; at += stride) {
    hash = Math.imul(hash ^ words[at]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function areEqual(a: Words, imageOfA: number, b: Words, imageOfB: number): boolean {
  const [atA, atB] = [imageOfA * a.each, imageOfB * b.each];
  for (let i = 0; i < a.each; i++) if (a.words[atA + i] !== b.words[atB + i]) return false;
  return true;
}
