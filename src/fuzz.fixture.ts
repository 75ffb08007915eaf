// How many random cases the tests try: a tenth on each change, and all of them with `npm run fuzz`, which
// sets DUALGATE_FUZZ. Cases that are counted by seeds are the same ones every time, and the tenth is the
// first of them.

const ALL = process.env.DUALGATE_FUZZ === 'all';

/**
 * The number of cases to try here of `all`. Bounds on how many cases have a certain result are scaled in the
 * same way.
 */
export function cases(all: number): number {
  return ALL ? all : Math.ceil(all / 10);
}

/**
 * Tries the cases of a test by their seeds, which start at 0.
 * @param what name of the cases in the error, for a test that has several kinds
 * @throws Error with the message of the case that failed, and with its seed, which produces the case again
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
