import { cpuUsage } from 'node:process';
import { describe, expect, it } from 'vitest';
import { eachSeed } from '../../../fuzz.fixture.ts';
import { stream } from '../../../random.ts';
import { DataError } from '../../images/dataset.ts';
import { Ledger } from '../ledger.ts';
import { followLinks, type TarLink } from './tarLinks.ts';

/** Follows links to entries, each of which is its own path at first, and gives the account of the others. */
function followed(paths: readonly string[], links: readonly TarLink[]) {
  const entries = new Map(paths.map((path) => [path, path]));
  const ledger = new Ledger('a.tar', true);
  followLinks('a.tar', links, entries, ledger, () => false);
  return { entries, said: ledger.notices(entries.size).join() };
}

/** Seconds of the processor that work takes. */
function secondsOf(work: () => void): number {
  const before = cpuUsage();
  work();
  const { user, system } = cpuUsage(before);
  return (user + system) / 1e6;
}

const MANY = 30_000;
const chain = (last: string) =>
  Array.from({ length: MANY }, (_, i) => ({ path: `b/${i}`, target: i === MANY - 1 ? last : `b/${i + 1}` }));

describe('links of a tar', () => {
  it.each([
    ['a chain of which the last comes first', () => chain('a/0'), MANY + 1, ''],
    ['a chain to nothing', () => chain('a/1'), 1, /30,000 links to nothing/],
    ['a chain to a circle', () => chain('b/7'), 1, /30,000 links that lead round/],
    [
      'a chain of folders',
      () =>
        Array.from({ length: MANY }, (_, i) => ({
          path: `${i}`,
          target: i === 0 ? 'a' : `${i - 1}`,
        })).reverse(),
      MANY + 1,
      '',
    ],
    [
      'a chain of folders to nothing',
      () => chain('c').map(({ path, target }) => ({ path, target: `${target}/x` })),
      1,
      /30,000/,
    ],
  ] as const)('are followed in little time: %s', (_, links, count, said) => {
    const given = links();
    expect(
      secondsOf(() => {
        const found = followed(['a/0'], given);
        expect(found.entries.size).toBe(count);
        expect(found.said).toMatch(said);
      }),
    ).toBeLessThan(2);
  });

  it('lead where those lead that are followed one by one', async () => {
    const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await eachSeed(
      500,
      (seed) => {
        const random = stream(seed, 'order');
        const links = letters.slice(2).map((path) => ({ path, target: letters[random.below(8)]! }));
        const targets = new Map(links.map(({ path, target }) => [path, target]));
        const expected = ['a', 'b', ...links.map(({ path }) => path)].flatMap((path) => {
          let at: string | undefined = path;
          for (let step = 0; step < 9 && at !== 'a' && at !== 'b' && at !== undefined; step++)
            at = targets.get(at);
          return at === 'a' || at === 'b' ? [[path, at] as const] : [];
        });
        const { entries } = followed(['a', 'b'], links);
        expect([...entries].sort()).toEqual(expected.toSorted());
      },
      'links',
    );
  });

  it('are refused where they make too many files, or folders too deep in each other', () => {
    const files = Array.from({ length: 2 ** 18 }, (_, i) => `a/${i}`);
    const copies = ['b', 'c', 'd', 'e', 'f'].map((path) => ({ path, target: 'a' }));
    expect(() => followed(files, copies)).toThrow(/a\.tar holds too many files/);
    const deep = Array.from({ length: 70 }, (_, i) => ({ path: `${i + 1}/x`, target: `${i}` }));
    expect(() => followed(['0/z'], deep)).toThrow(/a\.tar: expected folders at most 64 deep/);
    expect(() => followed(['0/z'], deep)).toThrow(DataError);
  });
});
