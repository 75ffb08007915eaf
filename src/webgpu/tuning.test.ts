import { describe, expect, it } from 'vitest';
import type { ConvolutionShape } from './convolution.ts';
import { convolutionTiles, filterTiles } from './tuning.ts';

function shape(kernel: number, side: number, channels: number, outputs: number): ConvolutionShape {
  const padding = (kernel - 1) / 2;
  const input = { images: 128, height: side, width: side, channels, border: padding };
  return { input, outputs, kernel, stride: kernel === 7 ? 2 : 1, padding };
}

describe.each(['software', 'hardware'] as const)('tiles for a %s adapter', (adapter) => {
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
      const tiles = convolutionTiles(adapter, shape(kernel, side, channels, outputs));
      expect(tiles.length).toBeGreaterThan(1);
      for (const { rows, columns, quads } of tiles)
        expect(kernel ** 2 * rows * columns * quads).toBeLessThanOrEqual(800);
      expect(filterTiles(adapter, shape(kernel, side, channels, outputs)).length).toBeGreaterThan(0);
    },
  );
});
