import { describe, expect, it } from 'vitest';
import { EngineFault } from '../../engine.ts';
import { allowRelaxedSimd, builtKernels } from '../build.ts';
import { drawn } from '../kernels.fixture.ts';
import { type Call, openKernels } from '../kernels.ts';
import { Control } from './control.js';
import { layer, layerBits } from './layer.fixture.ts';
import type { FromThread, ToThread } from './messages.ts';
import { nodePlaces } from './nodePlaces.ts';
import type { PoolPlaces } from './places.ts';
import { FIRST_FREE, openPool, type Pool } from './pool.ts';

allowRelaxedSimd();
const places = nodePlaces();

describe.each([false, true])('real threads in one memory, fused: %s', async (fused) => {
  /** What kernels leave without a pool, in a memory of their own. */
  async function ownBits(): Promise<Uint32Array> {
    const { calls, end } = layer(FIRST_FREE);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65_536) });
    const kernels = await openKernels(await builtKernels({ fused, shared: false }), memory);
    const words = (end - FIRST_FREE) / 4;
    new Float32Array(memory.buffer, FIRST_FREE, words).set(drawn(words, 1));
    for (let run = 0; run < 3; run++) for (const call of calls) kernels.run(call);
    return new Uint32Array(memory.buffer, FIRST_FREE, words);
  }

  it('leave the bits of a memory that is not shared, for one thread to four', async () => {
    const own = await ownBits();
    expect(own.some((word) => word !== 0)).toBe(true);
    for (const threads of [1, 2, 3, 4]) {
      const bits = await layerBits({ fused, threads }, places);
      expect(bits.length).toBe(own.length);
      expect(own.findIndex((word, i) => word !== bits[i])).toBe(-1);
    }
  });
});

/** A call of one unit: adds `count` words at `from` to the end of a sum. */
const columnSum = (from: number, to: number, rows: number): Call => ({
  kernel: 'columnSums',
  units: 1,
  numbers: [from, to, rows, 1],
});

const pools: Pool[] = [];
async function open(threads: number, own: Partial<Parameters<typeof openPool>[0]> = {}): Promise<Pool> {
  const pool = await openPool({ bytes: 4096, fused: false, threads, places, ...own });
  pools.push(pool);
  return pool;
}

describe.each([1, 2, 3])('a pool of %i threads', (threads) => {
  it('has memory of zeros, and as much as was asked for', async () => {
    const pool = await open(threads, { bytes: 100_000 });
    expect(pool.machine).toEqual({ fused: false, threads });
    expect(pool.memory.buffer.byteLength).toBe(3 * 65_536);
    expect(new Uint8Array(pool.memory.buffer, FIRST_FREE).every((byte) => byte === 0)).toBe(true);
    pool.dispose();
  });

  it('runs programs in any order and any number, each call after the one before', async () => {
    const pool = await open(threads);
    const floats = new Float32Array(pool.memory.buffer, FIRST_FREE, 64);
    const at = (float: number) => FIRST_FREE + 4 * float;
    // Each copies a quad to the next one: only in this order does the first reach the last.
    const chain = await pool.compile([0, 4, 8, 12].map((from) => columnSum(at(from), at(from + 4), 1)));
    // Sums two quads.
    const sum = await pool.compile([columnSum(at(16), at(24), 2)]);
    for (let round = 1; round <= 200; round++) {
      floats.fill(0).set([round, -round, 0.5, 2]);
      pool.run(chain);
      floats.set([1, 1, 1, 1], 20);
      pool.run(sum);
      expect([...floats.subarray(24, 28)]).toEqual([round + 1, 1 - round, 1.5, 3]);
    }
    // Threads that have run hear of another program.
    const again = await pool.compile([columnSum(at(24), at(32), 1), ...[]]);
    pool.run(again);
    expect(floats[32]).toBe(201);
    const nothing = await pool.compile([]);
    for (let round = 0; round < 100; round++) {
      floats[24] = round;
      pool.run(nothing);
      pool.run(again);
      pool.run(nothing);
      expect(floats[32]).toBe(round);
    }
    pool.dispose();
  });

  it('refuses to run while it compiles, and compiles several programs in their order', async () => {
    const pool = await open(threads);
    const first = pool.compile([columnSum(FIRST_FREE, FIRST_FREE + 16, 1)]);
    const second = pool.compile([]);
    const program = await first;
    expect(() => pool.run(program)).toThrow('pool: run must wait until compile has ended');
    expect([program.number, (await second).number]).toEqual([0, 1]);
    pool.run(program);
    pool.dispose();
  });

  it('refuses calls that do not fit their kernels, and goes on', async () => {
    const pool = await open(threads);
    await expect(pool.compile([{ kernel: 'columnSums', units: 1, numbers: [1, 2] }])).rejects.toThrow(
      'kernels: columnSums takes 4 numbers in this binary, got 2',
    );
    pool.run(await pool.compile([columnSum(FIRST_FREE, FIRST_FREE + 16, 1)]));
    pool.dispose();
  });

  it('breaks down when a kernel leaves its memory, in words, and stays so', async () => {
    const pool = await open(threads);
    const units = 64;
    const beyond = await pool.compile([{ kernel: 'keep', units, numbers: [0, 0xfffffff0] }]);
    const fine = await pool.compile([]);
    const run = () => pool.run(beyond);
    expect(run).toThrow(EngineFault);
    expect(run).toThrow(/^The WebAssembly engine broke down: .*out of bounds/);
    expect(() => pool.run(fine)).toThrow(/out of bounds/);
    await expect(pool.compile([])).rejects.toThrow(EngineFault);
  });

  it('is of no use once it was disposed of', async () => {
    const pool = await open(threads);
    const program = await pool.compile([]);
    pool.dispose();
    pool.dispose();
    expect(() => pool.run(program)).toThrow('The WebAssembly engine broke down: it was disposed of');
  });
});

/** Places whose threads do as a test says. */
function scripted(
  answer: (message: ToThread) => FromThread | null,
): PoolPlaces & { broke: ((detail: string) => void)[]; ended: number } {
  const made = {
    ...places,
    broke: [] as ((detail: string) => void)[],
    ended: 0,
    thread: ({ hear, broke }: Parameters<PoolPlaces['thread']>[0]) => {
      made.broke.push(broke);
      return {
        send: (message: ToThread) => {
          const said = answer(message);
          if (said !== null) queueMicrotask(() => hear(said));
        },
        end: () => void made.ended++,
      };
    },
  };
  return made;
}

describe('a thread', () => {
  const patience = { napMs: 5, mostNaps: 4 };
  const ready = { kind: 'ready' } as const;

  it('that never comes leaves its work to the others', async () => {
    const absent = scripted(() => ready);
    const pool = await open(3, { places: absent, patience });
    const floats = new Float32Array(pool.memory.buffer, FIRST_FREE, 64).fill(1);
    const units = 4;
    pool.run(await pool.compile([{ kernel: 'keep', units, numbers: [FIRST_FREE, FIRST_FREE + 4 * 32] }]));
    floats.fill(2, 0, 32);
    pool.run(await pool.compile([{ kernel: 'keep', units, numbers: [FIRST_FREE, FIRST_FREE + 4 * 32] }]));
    expect([...floats.subarray(32, 64)]).toEqual([...Array(16).fill(2), ...Array(16).fill(1)]);
    pool.dispose();
    expect(absent.ended).toBe(2);
  });

  it('that takes a chunk and is silent is given up after naps in which no other chunk is done', async () => {
    let control: SharedArrayBuffer | null = null;
    const silent = scripted((message) => {
      if (message.kind === 'open') control = message.control;
      return ready;
    });
    const pool = await open(2, { places: silent, patience });
    const program = await pool.compile([
      { kernel: 'keep', units: 4, numbers: [FIRST_FREE, FIRST_FREE + 64] },
    ]);
    const [phase] = program.phases;
    const taken = { chunks: phase!.chunks, run: () => expect.fail('taken') };
    expect(() => new Control(control!).work(taken, 1, 2)).toThrow('taken');
    const started = performance.now();
    expect(() => pool.run(program)).toThrow(/broke down: a thread of it gave no answer for 0.02 s/);
    expect(performance.now() - started).toBeGreaterThan(15);
    expect(silent.ended).toBe(1);
  });

  it('that cannot start, or fails between runs, breaks the pool down', async () => {
    const closed = scripted(() => ({ kind: 'failed', message: 'no room' }));
    await expect(open(3, { places: closed })).rejects.toThrow(
      'The WebAssembly engine broke down: a thread of it failed: no room',
    );
    expect(closed.ended).toBe(2);
    const hanging = scripted(() => null);
    await expect(open(2, { places: hanging, patience })).rejects.toThrow(
      'The WebAssembly engine broke down: a thread of it gave no answer for 0.02 s',
    );
    const dying = scripted(() => ready);
    const pool = await open(2, { places: dying, patience });
    const program = await pool.compile([]);
    dying.broke[0]!('out of memory');
    expect(() => pool.run(program)).toThrow('a thread of it failed: out of memory');
  });

  it('that does not compile a program breaks the pool down', async () => {
    const refusing = scripted(({ kind }) => (kind === 'open' ? ready : { kind: 'failed', message: 'odd' }));
    const pool = await open(2, { places: refusing, patience });
    await expect(pool.compile([])).rejects.toThrow(EngineFault);
    await expect(pool.compile([])).rejects.toThrow('a thread of it failed: odd');
  });

  it('whose kernel fails tells the others, unless they find it first', async () => {
    const pool = await open(2);
    // Only the second half of the units leaves the memory.
    const end = pool.memory.buffer.byteLength;
    const program = await pool.compile([{ kernel: 'keep', units: 64, numbers: [0, end - 32 * 16] }]);
    expect(() => pool.run(program)).toThrow(
      /^The WebAssembly engine broke down: (a thread of it failed: )?.*out of bounds/,
    );
  });
});
