import { sha256 } from '../../platform/digest.ts';
import { DataError, type Dataset, type TrainAndTest } from './dataset.ts';
import { RECIPES, type RecipeId } from './recipe.ts';

// One file holds images that were read: a line of JSON describes what follows, then come pixels and labels of
// each part.

const PARTS = ['train', 'bank', 'test'] as const satisfies readonly (keyof TrainAndTest)[];

interface PartHead {
  readonly part: (typeof PARTS)[number];
  readonly name: string;
  readonly count: number;
  readonly size: number;
  readonly classes: readonly string[];
  readonly recipe: RecipeId;
}

/** Bytes that one digest covers. The browser copies what it digests, so they are limited. */
const SLICE = 1 << 24;

function partsOf(data: TrainAndTest): (readonly [PartHead, Dataset])[] {
  return PARTS.flatMap((part) => {
    const dataset = data[part];
    if (!dataset) return [];
    const { name, count, size, classes, recipe } = dataset;
    return [[{ part, name, count, size, classes, recipe }, dataset] as const];
  });
}

/**
 * A fingerprint of 64 hexadecimal digits. It is the same for images that train and evaluate alike, and
 * differs for all others. It is a SHA-256 over counts, sides, recipe, pixels and labels; names do not count.
 */
export async function fingerprintOf(data: TrainAndTest): Promise<string> {
  const digests: Uint8Array[] = [];
  for (const [{ part, count, size, recipe }, { pixels, labels }] of partsOf(data)) {
    digests.push(await sha256(new TextEncoder().encode(JSON.stringify([part, count, size, recipe]))));
    for (const values of [pixels, labels]) {
      for (let at = 0; at < values.length; at += SLICE)
        digests.push(await sha256(values.subarray(at, at + SLICE)));
    }
  }
  const all = new Uint8Array(digests.length * 32);
  for (const [i, digest] of digests.entries()) all.set(digest, 32 * i);
  return [...(await sha256(all))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** About how many bytes a copy of these images takes, without its first line. */
export function imagesBytes(data: TrainAndTest): number {
  return partsOf(data).reduce((sum, [, { pixels, labels }]) => sum + pixels.length + labels.length, 0);
}

/** The pieces of a copy's file, one after another. They share memory with the images. */
export function imagesPieces(data: TrainAndTest): Uint8Array[] {
  const parts = partsOf(data);
  const head = new TextEncoder().encode(`${JSON.stringify(parts.map(([part]) => part))}\n`);
  return [head, ...parts.flatMap(([, { pixels, labels }]) => [pixels, labels])];
}

/**
 * The images of a copy. The caller knows their fingerprint, which tells whether they are complete. The result
 * shares memory with `bytes`.
 * @throws DataError if the bytes are no copy, or not all of one
 */
export function readImages(bytes: Uint8Array): TrainAndTest {
  const end = bytes.subarray(0, 1 << 20).indexOf(0x0a);
  const heads = headsOf(new TextDecoder().decode(bytes.subarray(0, Math.max(0, end))));
  const sizes = heads.map(({ count, size }) => count * (size * size * 3 + 1));
  const expected = sizes.reduce((sum, size) => sum + size, end + 1);
  if (bytes.length !== expected) throw damaged(`it must have ${expected} bytes, got ${bytes.length}`);
  let at = end + 1;
  const read = heads.map(({ part, ...head }) => {
    const labelsAt = at + head.count * head.size * head.size * 3;
    const dataset = {
      ...head,
      pixels: bytes.subarray(at, labelsAt),
      labels: bytes.subarray(labelsAt, labelsAt + head.count),
    };
    at = labelsAt + head.count;
    return [part, dataset] as const;
  });
  const { train, bank, test }: Partial<TrainAndTest> = Object.fromEntries(read);
  if (!train || !test) throw damaged('it lacks images to train or to test on');
  return { train, test, ...(bank && { bank }) };
}

function headsOf(line: string): readonly PartHead[] {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw damaged('its first line is no JSON');
  }
  if (!Array.isArray(json) || !json.every(isHead)) throw damaged('its first line does not describe images');
  return json;
}

function isHead(value: unknown): value is PartHead {
  if (value === null || typeof value !== 'object') return false;
  const { part, name, count, size, classes, recipe }: Readonly<Partial<Record<keyof PartHead, unknown>>> =
    value;
  return (
    PARTS.some((known) => known === part) &&
    typeof name === 'string' &&
    [count, size].every((number) => Number.isInteger(number) && Number(number) > 0) &&
    Array.isArray(classes) &&
    classes.every((label) => typeof label === 'string') &&
    typeof recipe === 'string' &&
    Object.hasOwn(RECIPES, recipe)
  );
}

function damaged(how: string): DataError {
  return new DataError(`The kept copy of this run’s images is damaged: ${how}. Choose its files again.`);
}
