import type { Call } from './kernels.ts';
import type { Pool, Program } from './threads/pool.ts';

/** Sizes that a branch is compiled for at most. */
const SIZES = 32;

/**
 * An evaluation for parts of its images, each compiled when it is first asked for. All parts leave the same
 * bits, because no image's results depend on others.
 */
export class EvaluationPrograms {
  readonly #pool: Pick<Pool, 'compile'>;
  readonly #calls: readonly Call[];
  readonly #images: number;
  readonly #programs = new Map<number, Promise<Program>>();

  /** @param images that the calls compute */
  constructor(pool: Pick<Pool, 'compile'>, calls: readonly Call[], images: number) {
    this.#pool = pool;
    this.#calls = calls;
    this.#images = images;
  }

  /** The calls for the first `count` images, and a few more where that saves another program. */
  of(count: number): Promise<Program> {
    const step = Math.ceil(this.#images / SIZES);
    const size = Math.min(this.#images, Math.ceil(count / step) * step);
    const known = this.#programs.get(size) ?? this.#pool.compile(firstOf(this.#calls, this.#images, size));
    this.#programs.set(size, known);
    return known;
  }
}

/**
 * The calls of an evaluation for its first `count` images. Their units are parts of images, those of the
 * first image first; only the statistics of a BatchNorm are the same for all images.
 */
export function firstOf(calls: readonly Call[], images: number, count: number): readonly Call[] {
  return calls.map((call) => {
    if (call.kernel === 'runningNorm') return call;
    if (call.units % images !== 0)
      throw new Error(`evaluation: ${call.kernel} must have units of ${images} images, got ${call.units}`);
    return { ...call, units: (call.units / images) * count };
  });
}
