import { describe, expect, it } from 'vitest';
import type { AimState } from '../../run/checkpoint/checkpoint.ts';
import { afterLook, aimOf, FIRST_AIM } from './exactBudget.ts';

const SMALLEST = 0.034;

/**
 * Simulates a network. In each step its noisy gates move a tenth of the way towards the aim, but they stop
 * short of it by `bias`. Its hard gates come to spend `gap` less than the noisy ones. Gives the hard ratio
 * after some steps.
 */
function run(budget: number, { bias, gap }: { bias: number; gap: number }, steps: number): number {
  let state: AimState = FIRST_AIM;
  let noisy = 0.51;
  const hard = (step: number) => noisy - gap * Math.min(1, step / 60);
  for (let step = 0; step < steps; step++) {
    if (step % 10 === 0) state = afterLook(state, hard(step), budget, SMALLEST);
    const aim = aimOf(state, budget);
    noisy += 0.06 * (aim + bias - noisy);
    state = { ...state, noisy };
  }
  return hard(steps);
}

describe.each([0.1, 0.3, 0.5])('at t_d %d', (budget) => {
  it.each([
    { bias: 0.01, gap: 0.05 },
    { bias: 0.03, gap: 0.06 },
    { bias: -0.02, gap: 0 },
  ])('hard gates meet t_d within 150 steps, $bias off the aim and $gap below the noisy ones', (world) => {
    expect(Math.abs(run(budget, world, 150) - budget)).toBeLessThan(0.02);
    expect(Math.abs(run(budget, world, 400) - budget)).toBeLessThan(0.005);
  });
});

it('does not correct while training is on its way', () => {
  const state = { ...FIRST_AIM, noisy: 0.5 };
  expect(afterLook(state, 0.5, 0.1, SMALLEST)).toEqual({ gap: 0, correction: 0, noisy: 0.5, looked: null });
});

it('never aims below what the network can reach, nor above all', () => {
  const low = afterLook({ gap: -0.2, correction: -0.1, noisy: 0.05, looked: null }, 0.25, 0.1, SMALLEST);
  expect(aimOf(low, 0.1)).toBeCloseTo(SMALLEST);
  const high = afterLook({ gap: 0.4, correction: 0.3, noisy: 0.9, looked: null }, 0.3, 0.9, SMALLEST);
  expect(aimOf(high, 0.9)).toBeCloseTo(1);
});

it('waits for the first step', () => {
  expect(afterLook(FIRST_AIM, 0.5, 0.3, SMALLEST)).toEqual(FIRST_AIM);
  expect(aimOf(FIRST_AIM, 0.3)).toBe(0.3);
});
