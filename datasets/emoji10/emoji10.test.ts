import { expect, it } from 'vitest';
import { decodeRecords } from '../../src/data/formats/cifar.ts';
import { sha256 } from './build.ts';
import { makePart, PARTS, type Part } from './emoji10.ts';
import { RASTER, rasterise, TRAINING_STYLES, UNSEEN_STYLE } from './icons.ts';

const decode = (bytes: Uint8Array) => decodeRecords('Emoji-10', [{ name: 'part', bytes }]);
const small = (changes: Partial<Part>): Part => ({ ...PARTS[0]!, count: 30, ...changes });

it('has no style in the unseen test that training sees', () => {
  expect(TRAINING_STYLES).not.toContainEqual(UNSEEN_STYLE);
  expect(PARTS.map(({ styles }) => styles.includes(UNSEEN_STYLE))).toEqual([false, true, false]);
});

it('shares no composition between two parts', async () => {
  const images = async (seed: number) => {
    const { pixels, count } = decode(await makePart(small({ seed })));
    return Array.from({ length: count }, (_, i) => sha256(pixels.subarray(i * 3072, (i + 1) * 3072)));
  };
  const seen = (await Promise.all(PARTS.map(({ seed }) => images(seed)))).flat();
  expect(new Set(seen).size).toBe(3 * 30);
});

it('draws an icon of every name and style, and none fills its square', async () => {
  for (const style of [...TRAINING_STYLES, UNSEEN_STYLE]) {
    for (const raster of (await rasterise(style)).flat()) {
      const alpha = raster.filter((_, i) => i % 4 === 3);
      expect(alpha.length).toBe(RASTER * RASTER);
      const covered = alpha.reduce((sum, a) => sum + a, 0) / (255 * alpha.length);
      expect(covered).toBeGreaterThan(0.1);
      expect(covered).toBeLessThan(0.95);
    }
  }
});
