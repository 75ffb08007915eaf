import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { allowRelaxedSimd, builtKernels } from './build.ts';
import { MOST_PAGES } from './builds.ts';
import { convolution, filterGradient, inputGradient, turnedBytes, turnedFilters } from './convolution.ts';
import { drawn } from './kernels.fixture.ts';
import { type Call, openKernels } from './kernels.ts';
import { activation, batchStatistics, imageMoments, momentsBytes, normBytes } from './mapNorm.ts';
import { filterBytes, type MapAt, mapBytes } from './maps.ts';

/**
 * What a thread does: its part of every call, and then it sleeps until all others have done theirs. The state
 * of a call is how many threads have done their part.
 */
const THREAD = `
const { workerData: { module, memory, done, part, parts, calls } } = require('node:worker_threads');
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
const state = new Int32Array(done);
calls.forEach(({ kernel, units, numbers }, i) => {
  const bound = (of) => Math.floor((of * units) / parts);
  kernels[kernel](bound(part), bound(part + 1), ...numbers);
  if (Atomics.add(state, i, 1) === parts - 1) Atomics.notify(state, i);
  for (let count = Atomics.load(state, i); count < parts; count = Atomics.load(state, i))
    Atomics.wait(state, i, count);
});`;

/** A layer forward and backward with everything that it needs, in a memory of its own. */
function layer(start: number, floats: Float32Array): { calls: Call[]; end: number } {
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
  floats.set(drawn((end - start) / 4, 1), start / 4);
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

describe.each([false, true])('real threads in one memory, fused: %s', async (fused) => {
  allowRelaxedSimd();
  const binary = await builtKernels({ fused, shared: true });
  const module = await WebAssembly.compile(binary);

  async function bits(parts: number): Promise<Uint32Array> {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: MOST_PAGES, shared: true });
    const { firstFree } = await openKernels(binary, memory);
    const { calls, end } = layer(firstFree, new Float32Array(memory.buffer));
    const done = new SharedArrayBuffer(4 * calls.length);
    await Promise.all(
      Array.from({ length: parts }, async (_, part) => {
        const worker = new Worker(THREAD, {
          eval: true,
          workerData: { module, memory, done, part, parts, calls },
        });
        await new Promise<void>((resolve, reject) => {
          worker.once('error', reject);
          worker.once('exit', () => resolve());
        });
      }),
    );
    return Uint32Array.from(new Uint32Array(memory.buffer, firstFree, (end - firstFree) / 4));
  }

  /** What one thread leaves in a memory of its own. */
  async function ownBits(): Promise<Uint32Array> {
    const memory = new WebAssembly.Memory({ initial: 16 });
    const kernels = await openKernels(await builtKernels({ fused, shared: false }), memory);
    const { calls, end } = layer(kernels.firstFree, new Float32Array(memory.buffer));
    for (const call of calls) kernels.run(call);
    return new Uint32Array(memory.buffer, kernels.firstFree, (end - kernels.firstFree) / 4);
  }

  it('leave the same bits for one thread, two and three, and those of a memory that is not shared', async () => {
    const one = await bits(1);
    expect(one.some((word) => word !== 0)).toBe(true);
    expect(one).toEqual(await ownBits());
    expect(await bits(2)).toEqual(one);
    expect(await bits(3)).toEqual(one);
  });
});
