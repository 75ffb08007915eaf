// How much is tried at random: a tenth on each change, all of it by `npm run fuzz`, which sets DUALGATE_FUZZ. The cases
// that are counted by seeds are the same ones every time, and the tenth is the first of them.

const ALL = process.env.DUALGATE_FUZZ === 'all';

/** What stands here for `all` cases, or for a bound on how many of them come out in some way. */
export function cases(all: number): number {
  return ALL ? all : Math.ceil(all / 10);
}

/**
 * Tries the cases of a test by their seeds, from 0 on.
 * @param what the cases are, for the error of a test that has several kinds
 * @throws Error what a case threw, with the seed that gives the case again
 */
export async function eachSeed(all: number, attempt: (seed: number) => unknown, what = ''): Promise<void> {
  for (let seed = 0; seed < cases(all); seed++) {
    try {
      await attempt(seed);
    } catch (cause) {
      throw new Error(
        `${what && `${what}, `}seed ${seed}: ${cause instanceof Error ? cause.message : cause}`,
        { cause },
      );
    }
  }
}
