import { expect, it } from 'vitest';
import { chosenRounds, type Part, ROUNDS, reporting } from './parts.ts';

const namesOf = (rounds: readonly (readonly Part[])[]) =>
  rounds.map((round) => round.map(({ name }) => name).join(' + '));

it('runs every part where none is named', () => {
  expect(chosenRounds([])).toBe(ROUNDS);
  expect(namesOf(ROUNDS)).toEqual([
    'typecheck + lint + build',
    'unit',
    'process',
    'kernels',
    'gpu',
    'browser + hub',
    'journeys',
    'alone',
  ]);
});

it('runs the parts that are named, in the order of the whole', () => {
  expect(namesOf(chosenRounds(['process', 'unit', 'lint']))).toEqual(['lint', 'unit', 'process']);
});

it('builds what a part serves, once', () => {
  expect(namesOf(chosenRounds(['hub', 'browser']))).toEqual(['build', 'browser + hub']);
  expect(namesOf(chosenRounds(['gpu', 'build']))).toEqual(['build', 'gpu']);
});

it('refuses a name that no part has, and says which there are', () => {
  expect(() => chosenRounds(['unit', 'journey', 'e2e'])).toThrow(
    /got “journey”, “e2e”\. The parts are typecheck, .*, journeys, alone;/,
  );
});

it('has every part report what its tests came to', () => {
  const part = (name: string) => ROUNDS.flat().find((one) => one.name === name)!;
  expect(reporting(part('lint'), '/reports/lint.json')).toEqual(['npm', 'run', '-s', 'lint']);
  expect(reporting(part('unit'), '/reports/unit.json')).toContain('--outputFile=/reports/unit.json');
  expect(reporting(part('journeys'), '/reports/journeys.json')).toEqual(
    expect.arrayContaining(['journeys', '--workers=2', '--reporter=list,json']),
  );
});
