import { expect, it } from 'vitest';
import { playwrightCounts, vitestCounts } from './counts.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

it('counts Vitest’s tests over all files', () => {
  const report = {
    testResults: [file('passed', 'passed', 'skipped', 'passed'), file('failed', 'failed', 'passed', 'todo')],
  };
  expect(vitestCounts(report)).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

it('counts a file that did not load as a failure', () => {
  const report = { testResults: [file('failed'), file('passed', 'passed')] };
  expect(vitestCounts(report)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

it('counts what fails around Playwright’s tests', () => {
  const stats = { expected: 4, unexpected: 2, flaky: 1, skipped: 3 };
  expect(playwrightCounts({ stats, errors: [{ message: 'no browser' }] })).toEqual({
    passed: 4,
    failed: 4,
    skipped: 3,
  });
});

it('refuses a report that it does not know', () => {
  expect(() => vitestCounts({ tests: 3 })).toThrow();
  expect(() => playwrightCounts({})).toThrow();
});
