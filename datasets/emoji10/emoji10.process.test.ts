import { describe, expect, it } from 'vitest';
import { decodeRecords } from '../../src/data/formats/cifar.ts';
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
