import { expect, it, vi } from 'vitest';
import type { StepTerms } from '../engine.ts';
import { Flight } from './flight.ts';

const TERMS: StepTerms = {
  loss: 1,
  invariance: 1,
  variance: 1,
  covariance: 1,
  budgetLoss: 1,
  boundLoss: 1,
  macRatio: 1,
  terms: [1],
  gradientNorms: { encoder: 1, projector: 1 },
};

/** A flight of `count` steps, which the test lands or fails by hand. */
function flightOf(count: number, ahead = 8) {
  const flight = new Flight(ahead);
  const steps = Array.from({ length: count }, (_, index) => {
    let [resolve, reject] = [(_: StepTerms) => {}, (_: Error) => {}];
    const promise = new Promise<StepTerms>((come, fail) => {
      [resolve, reject] = [come, fail];
    });
    flight.add({ index, budget: 0.3, lr: 0.1 }, () => promise);
    return { promise, resolve, reject };
  });
  return { flight, steps };
}

const indices = (flight: Flight) => flight.take().map(({ index }) => index);

it('gives steps in their order, whatever order they come in', async () => {
  const { flight, steps } = flightOf(3);
  steps[1]!.resolve(TERMS);
  await steps[1]!.promise;
  expect(indices(flight)).toEqual([]);
  steps[0]!.resolve(TERMS);
  await flight.first();
  expect(indices(flight)).toEqual([0, 1]);
  expect(flight.size).toBe(1);
});

it('keeps a step that failed, and all after it', async () => {
  const { flight, steps } = flightOf(3);
  steps[1]!.reject(new Error('broken'));
  steps[2]!.resolve(TERMS);
  await Promise.allSettled([steps[1]!.promise, steps[2]!.promise]);
  expect(flight.fault).toBeUndefined();
  steps[0]!.resolve(TERMS);
  await flight.settled();
  expect(indices(flight)).toEqual([0]);
  expect(flight.fault).toEqual(new Error('broken'));
  expect([flight.size, indices(flight)]).toEqual([2, []]);
});

it('shares the time among what came together, and then takes as many as fit a tenth of a second', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
  try {
    const { flight, steps } = flightOf(2);
    expect(flight.full).toBe(true);
    for (const step of steps) step.resolve(TERMS);
    await flight.settled();
    clock.mockReturnValue(1040);
    expect(flight.take().map(({ ms }) => ms)).toEqual([20, 20]);
    let taken = 0;
    while (!flight.full) flight.add({ index: taken++, budget: 1, lr: 1 }, () => new Promise(() => {}));
    expect(taken).toBe(5);
  } finally {
    clock.mockRestore();
  }
});

it('never asks an engine for more than it takes', () => {
  expect(flightOf(0, 1).flight.full).toBe(false);
  expect(flightOf(1, 1).flight.full).toBe(true);
});
