import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Every source of chance in a run. Each has its own stream, so that using more of one never moves another.
 */
export const STREAMS = ['order', 'augment', 'gate', 'map', 'init', 'evaluation'] as const;
export type StreamName = (typeof STREAMS)[number];

/** A seeded source of numbers. `state()` is its position: `resume(state)` goes on from exactly there. */
export interface Random {
  /** One draw from U[0, 1). */
  uniform(): number;
  /** One draw from U[low, high). */
  between(low: number, high: number): number;
  /** One whole number from 0 to n-1, all equally likely. */
  below(n: number): number;
  /** One draw from N(0, 1). */
  normal(): number;
  /** One unsigned 32-bit word. */
  word(): number;
  state(): readonly number[];
}

/**
 * The named stream of a seed: the seed's generator after one jump of 2^64 draws for each place in STREAMS,
 * counted from 1. Without a jump, the generator of a small seed would begin with words of few set bits, far
 * from uniform.
 */
export function stream(seed: number, name: StreamName): Random {
  const generator = xoroshiro128plus(seed);
  for (let jumps = STREAMS.indexOf(name); jumps >= 0; jumps--) generator.jump();
  return wrap(generator);
}

/** The stream that continues from `state` (from `Random.state()`). */
export function resume(state: readonly number[]): Random {
  return wrap(xoroshiro128plusFromState(state));
}

function wrap(generator: ReturnType<typeof xoroshiro128plus>): Random {
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    below: (n) => uniformInt(generator, 0, n - 1),
    // Box–Muller gives two values. The second is not kept, so that the position is the whole state.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    word: () => generator.next() >>> 0,
    state: () => [...generator.getState()],
  };
}

/** 0 to n-1 in random order (Fisher–Yates). */
export function shuffled(n: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const swap = order[i]!;
    order[i] = order[j]!;
    order[j] = swap;
  }
  return order;
}

/**
 * 0 to n-1, part after part: the first `part` numbers in random order, then the next ones. A part of n or
 * more is `shuffled`, with the same draws.
 */
export function shuffledByParts(n: number, part: number, random: Random): Uint32Array {
  const order = new Uint32Array(n);
  for (let from = 0; from < n; from += part) {
    const within = shuffled(Math.min(part, n - from), random);
    order.set(
      within.map((place) => from + place),
      from,
    );
  }
  return order;
}

/**
 * The uniform number `counter` of a 32-bit `seed`, on the 24-bit grid that float32 holds exactly: k / 2^24.
 * It is a stateless integer hash (murmur3's finaliser), so that a shader draws exactly the same numbers.
 */
export function hashedUniform(seed: number, counter: number): number {
  let h = (seed + Math.imul(counter, 0x9e3779b9)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 8) / 16777216;
}
