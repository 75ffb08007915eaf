import { type MapShape, quads } from '../plan/maps.ts';
import type { Call } from '../wasm/kernels.ts';
import {
  activation,
  batchStatistics,
  imageMoments,
  mapGradient,
  momentsBytes,
  normBytes,
  sumsBytes,
} from '../wasm/mapNorm.ts';
import { type MapAt, mapBytes } from '../wasm/maps.ts';

/**
 * What follows a convolution in a step of two passes, and its way back: statistics, the BatchNorm with its
 * ReLU, and the gradients of both.
 * @param output of the convolution, with a border of one pixel
 * @param start of the memory that the calls use; all of it may hold anything finite
 */
export function normCalls(output: MapShape, start: number): { calls: Call[]; end: number } {
  let end = start;
  const room = (bytes: number) => {
    const at = end;
    end += bytes;
    return at;
  };
  const place = (shape: MapShape): MapAt => ({ ...shape, at: room(mapBytes(shape)) });
  const plain = { ...output, border: 0 };
  const [x, y, gradient, dx] = [place(plain), place(output), place(output), place(output)];
  const vector = 16 * quads(output.channels);
  const both = 2 * normBytes(output.channels);
  const [norm, table] = [room(both), room(both)];
  const places = [0, 1].map(() => ({ affine: room(2 * vector), running: room(2 * vector) }));
  const moments = room(momentsBytes(output));
  const normed = { x, norm, perPass: output.images / 2 };
  return {
    calls: [
      imageMoments(x, moments),
      ...batchStatistics({ ...normed, moments, places }),
      activation({ ...normed, y }),
      ...mapGradient({
        ...{ ...normed, gradient, table, dx: dx.at },
        relu: { kind: 'end', output: y.at },
        sums: room(sumsBytes(output)),
        // Two passes with BatchNorms of their own.
        affine: [0, 1].map(() => room(2 * vector)),
      }),
    ],
    end,
  };
}
