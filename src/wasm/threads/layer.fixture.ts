import { hashedUniform } from '../../random.ts';
import { convolution, filterGradient, inputGradient, turnedBytes, turnedFilters } from '../convolution.ts';
import type { Call } from '../kernels.ts';
import { activation, batchStatistics, imageMoments, momentsBytes, normBytes } from '../mapNorm.ts';
import { filterBytes, type MapAt, mapBytes } from '../maps.ts';
import type { Machine, PoolPlaces } from './places.ts';
import { FIRST_FREE, openPool } from './pool.ts';

/** A layer forward and backward, laid out from an address on. */
export function layer(start: number): { calls: Call[]; end: number } {
  let end = start;
  const room = (bytes: number) => {
    const at = end;
    end += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const place = (shape: Omit<MapAt, 'at'>): MapAt => ({ ...shape, at: room(mapBytes(shape)) });
  const input = { images: 4, height: 11, width: 9, channels: 12, border: 1 };
  const output = { images: 4, height: 6, width: 5, channels: 20, border: 0 };
  const window = { kernel: 3, stride: 2, padding: 1 };
  const filter = { kernel: 3, inputs: 12, outputs: 20 };
  const [x, y, z, dx] = [input, output, { ...output, border: 1 }, input].map(place);
  const [w, dw] = [0, 1].map(() => room(filterBytes(filter)));
  const turned = room(turnedBytes(window, filter));
  const moments = room(momentsBytes(output));
  const [norm, affine, running] = [0, 1, 2].map(() => room(2 * normBytes(20)));
  const places = [0, 1].map(() => ({ affine: affine!, running: running! }));
  return {
    end,
    calls: [
      convolution({ ...window, x: x!, w: w!, y: y! }),
      imageMoments(y!, moments),
      ...batchStatistics({ x: y!, norm: norm!, moments, perPass: 2, places }),
      activation({ x: y!, norm: norm!, perPass: 2, y: z! }),
      ...turnedFilters(window, filter, w!, turned),
      ...inputGradient({ ...window, dy: z!, turned, dx: dx! }),
      filterGradient({ ...window, x: x!, dy: z!, dw: dw! }),
    ],
  };
}

/** The words of memory that a pool leaves when it has run the layer some times. */
export async function layerBits(machine: Machine, places: PoolPlaces, runs = 3): Promise<Uint32Array> {
  const { calls, end } = layer(FIRST_FREE);
  const pool = await openPool({ ...machine, places, bytes: end - FIRST_FREE });
  const words = (end - FIRST_FREE) / 4;
  new Float32Array(pool.memory.buffer, FIRST_FREE, words).set(
    Float32Array.from({ length: words }, (_, i) => hashedUniform(1, i) - 0.5),
  );
  const program = await pool.compile(calls);
  for (let run = 0; run < runs; run++) pool.run(program);
  const bits = Uint32Array.from(new Uint32Array(pool.memory.buffer, FIRST_FREE, words));
  pool.dispose();
  return bits;
}
