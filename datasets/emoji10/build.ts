import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RECORD_BYTES } from '../../src/data/formats/cifar.ts';
import { CIFAR10_CLASSES } from '../../src/data/images/dataset.ts';
import { EMOJI10_PART, EMOJI10_PIXEL_FLOORS, EMOJI10_TRAIN_FILES } from '../../src/data/images/embedded.ts';
import checksums from './checksums.json' with { type: 'json' };
import { CLEAN } from './compose.ts';
import { makePart, PARTS, type Part } from './emoji10.ts';

/** SHA-256 of each part's records, as `checksums.json` pins them. */
export const CHECKSUMS: ReadonlyMap<string, string> = new Map(Object.entries(checksums));

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Files of a part, in the order of its records. The training images lie in several, because a run begins with
 * the first of them.
 */
function filesOf(part: Part): readonly string[] {
  return part.name === 'train' ? EMOJI10_TRAIN_FILES : [`${part.name}.bin`];
}

/**
 * Writes the parts of Emoji-10 and a `manifest.json` to `folder`, unless they are there already with the
 * pinned checksums. Takes seconds.
 * @throws Error if the composed images do not have the pinned checksum
 */
export async function buildEmoji10(folder: string, say: (line: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Earlier versions wrote all training images to one file.
  await rm(join(folder, 'train.bin'), { force: true });
  for (const part of PARTS) {
    const paths = filesOf(part).map((file) => join(folder, file));
    const pinned = CHECKSUMS.get(part.name);
    const present = await Promise.all(paths.map((path) => readFile(path))).catch(() => null);
    if (present !== null && sha256(Buffer.concat(present)) === pinned) continue;
    say(
      `Emoji-10: composing ${part.count} images, ${part.about}${present === null ? '' : ' (the file there was another)'} …`,
    );
    const records = await makePart(part);
    const composed = sha256(records);
    if (composed !== pinned) {
      throw new Error(
        `Emoji-10 ${part.name}: SHA-256 must be ${pinned}, got ${composed}. Install the locked packages (npm ci); ` +
          'if the maker was changed on purpose, pin the new checksum in datasets/emoji10/checksums.json.',
      );
    }
    for (const [i, path] of paths.entries()) {
      const each = paths.length > 1 ? EMOJI10_PART * RECORD_BYTES : records.length;
      await replace(path, records.subarray(i * each, (i + 1) * each));
    }
  }
  const path = join(folder, 'manifest.json');
  const wanted = `${JSON.stringify(manifest(), null, 2)}\n`;
  if ((await readFile(path, 'utf8').catch(() => null)) !== wanted) await replace(path, wanted);
}

/** Replaces a file at once, so that another process reads the old file or the new one, never half of it. */
async function replace(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, content);
  await rename(draft, path);
}

function manifest() {
  return {
    name: 'Emoji-10',
    about: 'Emoji drawings pasted over smooth backgrounds: composed, not photographed.',
    format: 'CIFAR-10 binary records: 1 label byte, 1024 R, 1024 G, 1024 B',
    classes: CIFAR10_CLASSES,
    recipe: 'cifar10',
    difficulty: CLEAN,
    rawPixels: {
      'unseen-style': EMOJI10_PIXEL_FLOORS['unseen-style'].rawPixels,
      'same-styles': EMOJI10_PIXEL_FLOORS['same-styles'].rawPixels,
    },
    pixelFloors: EMOJI10_PIXEL_FLOORS,
    parts: PARTS.map((part) => ({
      files: filesOf(part),
      about: part.about,
      count: part.count,
      seed: part.seed,
      styles: part.styles.map(({ id }) => id),
      // Of the records of all files, one file after another.
      sha256: CHECKSUMS.get(part.name),
    })),
    credits: [...new Set(PARTS.flatMap(({ styles }) => styles.map(({ credit }) => credit)))],
  };
}
