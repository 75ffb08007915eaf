import { expect, it } from 'vitest';
import { playwrightTimes, slowest, vitestTimes } from './slowest.ts';

it('takes the times of Vitest’s tests over all files', () => {
  const report = {
    testResults: [
      { name: '/home/a/src/gate.test.ts', assertionResults: [{ fullName: ' opens', duration: 12.5 }] },
      {
        name: '/home/a/src/train.test.ts',
        assertionResults: [
          { fullName: 'trains twice', duration: 4000 },
          { fullName: 'is skipped', duration: null },
          { fullName: 'is to be written' },
        ],
      },
    ],
  };
  expect(vitestTimes(report)).toEqual([
    { name: 'gate.test.ts › opens', ms: 12.5 },
    { name: 'train.test.ts › trains twice', ms: 4000 },
    { name: 'train.test.ts › is skipped', ms: 0 },
    { name: 'train.test.ts › is to be written', ms: 0 },
  ]);
});

it('takes the times of Playwright’s tests, whatever they are nested in, and of all their tries', () => {
  const spec = (title: string, ...durations: number[]) => ({
    title,
    file: 'journeys/data.spec.ts',
    tests: [{ results: durations.map((duration) => ({ duration })) }],
  });
  const report = {
    suites: [
      {
        specs: [spec('an empty folder is refused', 600)],
        suites: [{ specs: [spec('train from a zip', 3000, 2000)] }],
      },
      { specs: [spec('is skipped')] },
    ],
  };
  expect(playwrightTimes(report)).toEqual([
    { name: 'data.spec.ts › an empty folder is refused', ms: 600 },
    { name: 'data.spec.ts › train from a zip', ms: 5000 },
    { name: 'data.spec.ts › is skipped', ms: 0 },
  ]);
});

it('puts the slowest first, and takes no more than were asked for', () => {
  const tests = [3, 9, 5].map((ms) => ({ name: `takes ${ms} ms`, ms }));
  expect(slowest(tests, 2).map(({ ms }) => ms)).toEqual([9, 5]);
  expect(slowest(tests, 10)).toHaveLength(3);
});

it('refuses a report that it does not know', () => {
  expect(() => vitestTimes({ tests: [] })).toThrow();
  expect(() => playwrightTimes({ suites: [{ title: 'a suite without specs' }] })).toThrow();
});
