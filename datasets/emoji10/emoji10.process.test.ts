import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeRecords } from '../../src/data/formats/cifar.ts';
import type { Dataset } from '../../src/data/images/dataset.ts';
import {
  beginEmoji10,
  EMOJI10_FINGERPRINTS,
  EMOJI10_PIXEL_FLOORS,
  loadEmoji10,
} from '../../src/data/images/embedded.ts';
import { fingerprintOf } from '../../src/data/images/imagesFile.ts';
import { pixelFloors } from '../../src/evaluate/pixelFloors.ts';
import { storedOrder, wholeSize } from '../../src/evaluate/sample.ts';
import { useBackend } from '../../src/method/backend.ts';
import { buildEmoji10, CHECKSUMS, sha256 } from './build.ts';
import { makePart, PARTS } from './emoji10.ts';

// Whole parts are drawn here: some seconds of one core, too long for `npm run check`.

const drawn = new Map<string, Uint8Array>();

/** The records of a part, which are drawn once. */
async function recordsOf(part: (typeof PARTS)[number]): Promise<Uint8Array> {
  const records = drawn.get(part.name) ?? (await makePart(part));
  drawn.set(part.name, records);
  return records;
}

describe.each(PARTS)('$name', (part) => {
  it('has the pinned bytes, and balanced classes in no order', { timeout: 120_000 }, async () => {
    const records = await recordsOf(part);
    expect(sha256(records)).toBe(CHECKSUMS.get(part.name));
    const { labels, classes } = decodeRecords('Emoji-10', [{ name: 'part', bytes: records }]);
    const counts = classes.map((_, label) => labels.filter((other) => other === label).length);
    expect(counts).toEqual(classes.map(() => part.count / classes.length));
    expect(new Set(labels.subarray(0, 20)).size).toBeGreaterThan(5);
  });
});

it('brings along its fingerprints, and the floors of pixels', { timeout: 120_000 }, async () => {
  await useBackend('wasm');
  const made = new Map<string, Dataset>();
  for (const part of PARTS) {
    const bytes = await recordsOf(part);
    made.set(part.name, decodeRecords('Emoji-10', [{ name: part.name, bytes }]));
  }
  for (const test of ['unseen-style', 'same-styles'] as const) {
    const data = { train: made.get('train')!, test: made.get(`test-${test}`)! };
    const extent = { order: storedOrder(data), size: wholeSize(data) };
    expect(await fingerprintOf(data)).toBe(EMOJI10_FINGERPRINTS[test]);
    expect(await pixelFloors(data, extent, async () => {})).toEqual(EMOJI10_PIXEL_FLOORS[test]);
  }
});

it('comes in parts that the loader puts together, at once or one by one', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'emoji10-'));
  try {
    await buildEmoji10(folder, () => {});
    const fetch = async (url: string) =>
      new Response(await readFile(join(folder, url.replace(/^.*emoji10\//, ''))));
    for (const test of ['unseen-style', 'same-styles'] as const) {
      const { train, ...rest } = await loadEmoji10({ base: 'http://localhost/', fetch, test });
      const begun = await beginEmoji10({ base: 'http://localhost/', fetch, test });
      await begun.arrival!.until({ train: 5000, test: true });
      // The fingerprint is over all pixels and labels.
      expect(await fingerprintOf(begun)).toBe(await fingerprintOf({ train, ...rest }));
      expect([begun.train.part, train.part]).toEqual([1000, 1000]);
      expect([train.count, rest.test.count, rest.fingerprint]).toEqual([
        5000,
        1000,
        EMOJI10_FINGERPRINTS[test],
      ]);
    }
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest.parts[0].files).toEqual([1, 2, 3, 4, 5].map((part) => `train-${part}.bin`));
  } finally {
    await rm(folder, { recursive: true });
  }
});
