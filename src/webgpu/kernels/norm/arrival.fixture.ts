import { expect } from 'vitest';
import { deviation, noise } from '../../../method/numbers.fixture.ts';
import { type MapShape, mapSize, padMap, quads, unpadMap } from '../../../plan/maps.ts';
import type { TestGpu } from '../../engine/gpu.fixture.ts';
import type { Span } from '../kernel.ts';
import { type Arrival, sumsSize } from './arrival.ts';

/** Quads that a tile leaves for a channel quad where a map judges the ReLU and no shortcut ends in it. */
const SETS = 3;

/**
 * A ReLU of noise that a gradient arrives at, judged by its map.
 * @param map of the gradient, without a border
 */
export function arrivalOn(on: TestGpu, map: MapShape, tilesPerImage: number) {
  const sides = [map.images, map.height, map.width, map.channels];
  const [x, rectified] = [
    noise(21, sides).map((value) => value + 3),
    noise(22, sides).map((v) => Math.max(v, 0)),
  ];
  const bordered = { ...map, border: 2 };
  const sums = on.poisoned(sumsSize(map, tilesPerImage));
  const arrival: Arrival = {
    x: on.input(padMap(map, x)),
    relu: { kind: 'map', output: on.input(padMap(bordered, rectified, Number.NaN)), border: 2 },
    sums,
  };
  /** Compares a gradient on the GPU with what the ReLU lets through of `all`, and the sums with its own. */
  const check = async (dx: Span, all: ArrayLike<number>) => {
    const through = Float32Array.from(all, (value, i) => (rectified[i]! > 0 ? value : 0));
    expect(deviation(unpadMap(map, await on.floats(dx, mapSize(map))), through)).toBeLessThan(2e-6);
    const stride = quads(map.channels);
    const floats = map.images * tilesPerImage * stride * 4 * SETS;
    const got = await on.floats(sums, floats + 4);
    const cells = map.images * map.channels;
    const [plain, product] = [new Float64Array(cells), new Float64Array(cells)];
    for (let tile = 0; tile < map.images * tilesPerImage; tile++) {
      for (let c = 0; c < map.channels; c++) {
        const at = (tile * stride + (c >> 2)) * 4 * SETS + (c & 3);
        const cell = Math.floor(tile / tilesPerImage) * map.channels + c;
        plain[cell]! += got[at]!;
        product[cell]! += got[at + 4]! + got[at]! * got[at + 8]!;
      }
    }
    const [plainOf, productOf] = [new Float64Array(cells), new Float64Array(cells)];
    through.forEach((u, i) => {
      const image = Math.floor(i / (map.height * map.width * map.channels));
      const cell = image * map.channels + (i % map.channels);
      plainOf[cell]! += u;
      productOf[cell]! += u * x[i]!;
    });
    expect(deviation(plain, plainOf)).toBeLessThan(1e-5);
    expect(deviation(product, productOf)).toBeLessThan(1e-5);
    expect(got[floats]).toBeNaN();
  };
  return { arrival, check };
}
