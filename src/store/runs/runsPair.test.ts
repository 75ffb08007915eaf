import { expect, it } from 'vitest';
import { endedRun } from './runs.fixture.ts';
import { comparedPair } from './runsPair.ts';
import type { ShelvedRun } from './runsShelf.ts';

const first = endedRun({ seed: 1 }, 3);
const withFlags = (correct: string, test = 10): ShelvedRun => {
  const run = endedRun({ seed: 2 }, 4);
  const branches = run.branches.map((branch) => ({ ...branch, correct }));
  return { ...run, branches, data: { ...run.data, test } };
};

it.each([
  ['no base64', '!!!'],
  ['flags of fewer images', 'Bw=='],
  ['flags of more images', 'BwcHBwcHBwc='],
  ['nothing', ''],
])('two runs of which one kept %s cannot be compared, in words and without a fault', (_, correct) => {
  const [run, other] = [first, withFlags(correct)];
  for (const [a, b] of [
    [run, other],
    [other, run],
  ] as const) {
    const outcome = comparedPair({ run: a, branch: 'gated' }, { run: b, branch: 'dense' });
    expect(outcome).toContain('cannot be read in one of these runs');
  }
});

it('two runs without test images cannot be compared', () => {
  const run = withFlags('', 0);
  expect(comparedPair({ run, branch: 'gated' }, { run, branch: 'dense' })).toContain('cannot be read');
});
