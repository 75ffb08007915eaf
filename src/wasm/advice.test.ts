import { afterEach, describe, expect, vi } from 'vitest';
import { type AdviceRow, testAdvice } from '../advice.fixture.ts';
import { EngineFault } from '../engine.ts';
import { failureNews } from '../session/failure.ts';
import { nodePlaces } from './threads/nodePlaces.ts';
import { openPool, type PoolTask } from './threads/pool.ts';

// What each text of the WebAssembly engine about a machine that refuses it advises, done. A session adds the
// advice to start again with another engine, or smaller.

const places = nodePlaces();

/** Opens a pool and closes it. Its fault is told as a session tells it. */
const opened =
  (task: Partial<PoolTask>, prepare = () => {}) =>
  async () => {
    prepare();
    try {
      const pool = await openPool({ fused: false, threads: 1, bytes: 4096, places, ...task });
      pool.dispose();
    } catch (fault) {
      expect(fault).toBeInstanceOf(EngineFault);
      const { message, advice } = failureNews(fault);
      throw new Error(`${message} ${advice}`);
    }
  };

/** Fails as a processor or an old browser: it knows the instructions of the first `known` questions. */
const validates = (known: number) => () => {
  let asked = 0;
  vi.spyOn(WebAssembly, 'validate').mockImplementation(() => asked++ < known);
};

const noMemory = () => {
  const message = 'WebAssembly.Memory(): could not allocate memory';
  const { Memory } = WebAssembly;
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(
    class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        super({ ...descriptor, initial: 1 });
        throw new RangeError(message);
      }
    },
  );
};

/** A kernel that leaves the memory. */
const beyond = async () => {
  const pool = await openPool({ fused: false, threads: 1, bytes: 4096, places });
  try {
    pool.run(await pool.compile([{ kernel: 'keep', units: 1, numbers: [0, 0xfffffff0] }]));
  } catch (fault) {
    const { message, advice } = failureNews(fault);
    throw new Error(`${message} ${advice}`);
  }
};

const REFUSALS: readonly AdviceRow[] = [
  [
    'no WebAssembly SIMD',
    opened({}, validates(0)),
    /needs WebAssembly SIMD, .* update the browser \(Chrome and Edge have it from version 91 on, Firefox from 89, Safari from 16\.4\) or Node \(16\.4\)/,
    opened({}, () => vi.restoreAllMocks()),
  ],
  [
    'no relaxed SIMD',
    opened({ fused: true }, validates(1)),
    /relaxed SIMD is not there: take the plain build\./,
    opened({ fused: false }, validates(1)),
  ],
  [
    'half a thread',
    opened({ threads: 1.5 }),
    /needs a whole number of threads from 1 to 64, got 1\.5\./,
    opened({ threads: 2 }),
  ],
  [
    'several threads without shared memory',
    opened({ threads: 2 }, () => vi.stubGlobal('crossOriginIsolated', false)),
    /need shared memory, which is not there: .* Take one thread\./,
    opened({ threads: 1 }),
  ],
  [
    'more memory than WebAssembly has',
    opened({ bytes: 5e9 }),
    /needs 5001 MB of memory for this run, and WebAssembly has at most 4294 MB\. Lower the batch, /,
    opened({ bytes: 5e6 }),
  ],
  [
    'more memory than the machine gives',
    opened({ bytes: 5e8 }, noMemory),
    /needs 501 MB of memory for this run, and this machine does not give them\. Close other programs or tabs/,
    opened({ bytes: 5e8 }, () => vi.restoreAllMocks()),
  ],
  [
    'an engine that breaks down',
    beyond,
    /broke down: .*out of bounds Start again with another engine /,
    opened({}),
  ],
];

describe('the advice of texts about the machine', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
  testAdvice(REFUSALS);
});
