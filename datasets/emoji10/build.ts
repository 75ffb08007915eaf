import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CIFAR10_CLASSES } from '../../src/data/images/dataset.ts';
import { EMOJI10_RAW_PIXELS } from '../../src/data/images/embedded.ts';
import checksums from './checksums.json' with { type: 'json' };
import { CLEAN } from './compose.ts';
import { makePart, PARTS } from './emoji10.ts';

/** SHA-256 of each part's records, as `checksums.json` pins them. */
export const CHECKSUMS: ReadonlyMap<string, string> = new Map(Object.entries(checksums));

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Writes the parts of Emoji-10 as `NAME.bin` and a `manifest.json` to `folder`, unless they are there already
 * with the pinned checksums. Takes seconds.
 * @throws Error if the composed images do not have the pinned checksum
 */
export async function buildEmoji10(folder: string, say: (line: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const part of PARTS) {
    const path = join(folder, `${part.name}.bin`);
    const pinned = CHECKSUMS.get(part.name);
    const present = await readFile(path).catch(() => null);
    if (present !== null && sha256(present) === pinned) continue;
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
    await replace(path, records);
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
    rawPixels: EMOJI10_RAW_PIXELS,
    parts: PARTS.map(({ name, count, seed, styles, about }) => ({
      file: `${name}.bin`,
      about,
      count,
      seed,
      styles: styles.map(({ id }) => id),
      sha256: CHECKSUMS.get(name),
    })),
    credits: [...new Set(PARTS.flatMap(({ styles }) => styles.map(({ credit }) => credit)))],
  };
}
