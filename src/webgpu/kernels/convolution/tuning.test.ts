import { describe, expect, it } from 'vitest';
import type { ConvolutionShape } from '../../../plan/convolutionShape.ts';
import { convolutionTiles, filterTiles, stridedTiles, untuned } from './tuning.ts';

function shape(kernel: number, side: number, channels: number, outputs: number): ConvolutionShape {
  const padding = (kernel - 1) / 2;
  const input = { images: 128, height: side, width: side, channels, border: padding };
  return { input, outputs, kernel, stride: kernel === 7 ? 2 : 1, padding };
}

describe.each([
  ['software', 'long', 800],
  ['software', 'short', 64],
  ['hardware', 'long', 800],
] as const)('tiles for a %s adapter in %s text', (adapter, text, most) => {
  const tuning = untuned(adapter, text);

  it.each([
    [7, 96, 3, 8],
    [7, 224, 3, 64],
    [7, 29, 3, 4],
    [3, 34, 8, 8],
    [3, 3, 64, 64],
    [1, 5, 32, 64],
  ])(
    'of kernel side %i on maps of %i are there, and none is too long to compile',
    (kernel, side, channels, outputs) => {
      const layer = shape(kernel, side, channels, outputs);
      const tiles = convolutionTiles(tuning, layer);
      expect(tiles.length).toBeGreaterThan(0);
      for (const { rows, columns, quads } of tiles)
        expect(kernel ** 2 * rows * columns * quads).toBeLessThanOrEqual(most);
      expect(filterTiles(tuning, layer).length).toBeGreaterThan(0);
      if (kernel < 7) expect(stridedTiles(tuning, { ...layer, stride: 2 }).length).toBeGreaterThan(0);
    },
  );
});

it('short text is a part of what long text allows, in the same order', () => {
  const layer = shape(3, 34, 8, 8);
  const short = convolutionTiles(untuned('software', 'short'), layer);
  const long = convolutionTiles(untuned('software'), layer);
  expect(long.filter(({ rows, columns, quads }) => 9 * rows * columns * quads <= 64)).toEqual(short);
  expect(long.length).toBeGreaterThan(short.length);
});
