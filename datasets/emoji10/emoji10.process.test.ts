import { describe, expect, it } from 'vitest';
import { decodeRecords } from '../../src/data/formats/cifar.ts';
import type { Dataset } from '../../src/data/images/dataset.ts';
import { EMOJI10_RAW_PIXELS } from '../../src/data/images/embedded.ts';
import { rawPixelAccuracy } from '../../src/evaluate/evaluation.ts';
import { storedOrder, wholeSize } from '../../src/evaluate/sample.ts';
import { useBackend } from '../../src/method/backend.ts';
import { CHECKSUMS, sha256 } from './build.ts';
import { makePart, PARTS } from './emoji10.ts';

// Whole parts are drawn here: some seconds of one core, too long for `npm run check`.

describe.each(PARTS)('$name', (part) => {
  it('has the pinned bytes, and balanced classes in no order', { timeout: 120_000 }, async () => {
    const records = await makePart(part);
    expect(sha256(records)).toBe(CHECKSUMS.get(part.name));
    const { labels, classes } = decodeRecords('Emoji-10', [{ name: 'part', bytes: records }]);
    const counts = classes.map((_, label) => labels.filter((other) => other === label).length);
    expect(counts).toEqual(classes.map(() => part.count / classes.length));
    expect(new Set(labels.subarray(0, 20)).size).toBeGreaterThan(5);
  });
});

it('brings along the accuracy of raw pixels that its images have', { timeout: 120_000 }, async () => {
  await useBackend('wasm');
  const made = new Map<string, Dataset>();
  for (const part of PARTS) {
    const bytes = await makePart(part);
    made.set(part.name, decodeRecords('Emoji-10', [{ name: part.name, bytes }]));
  }
  for (const [test, pinned] of Object.entries(EMOJI10_RAW_PIXELS)) {
    const data = { train: made.get('train')!, test: made.get(`test-${test}`)! };
    const extent = { order: storedOrder(data), size: wholeSize(data) };
    expect(await rawPixelAccuracy(data, extent, async () => {})).toBeCloseTo(pinned, 3);
  }
});
