import { expect, it } from 'vitest';
import { inParts, type Pacing, TimedPacing } from './pacing.ts';

/** Two dispatches of each of 60 layers. */
const DISPATCHES = Array.from({ length: 120 }, (_, i) => ({ of: `layer ${Math.floor(i / 2)}` }));

/** Milliseconds of each submit of a program whose dispatches take `msOf`. */
const timesOf = ({ ends }: Pacing, msOf: (dispatch: number) => number) =>
  ends.map((end, part) => {
    let ms = 0;
    for (let i = ends[part - 1] ?? 0; i < end; i++) ms += msOf(i);
    return ms;
  });

/** Takes turns of `ms` in all; every dispatch costs the same. */
function turns(pacing: Pacing, count: number, ms: number): void {
  for (let i = 0; i < count; i++) pacing.took(timesOf(pacing, () => ms / DISPATCHES.length));
}

it('is one submit on a fast GPU, after three turns that were timed', () => {
  const pacing = new TimedPacing(DISPATCHES);
  expect(pacing.ends).toEqual([14, 30, 44, 60, 74, 90, 104, 120]);
  turns(pacing, 2, 20);
  expect(pacing.ends).toHaveLength(8);
  turns(pacing, 1, 20);
  expect(pacing.ends).toEqual([120]);
});

it('cuts a long program between layers, into submits of about 50 ms', () => {
  const pacing = new TimedPacing(DISPATCHES);
  turns(pacing, 3, 1000);
  expect(pacing.ends).toHaveLength(20);
  for (const end of pacing.ends) expect(end % 2).toBe(0);
  expect(Math.max(...timesOf(pacing, () => 1000 / 120))).toBeLessThanOrEqual(60);
});

it('does not change its mind while the time sways around a limit, or for one odd turn', () => {
  const pacing = new TimedPacing(DISPATCHES);
  turns(pacing, 3, 90);
  expect(pacing.ends).toHaveLength(1);
  turns(pacing, 1, 5000);
  expect(pacing.ends).toHaveLength(1);
  turns(pacing, 3, 110);
  expect(pacing.ends).toHaveLength(3);
  for (const ms of [90, 120, 80, 95, 200, 110, 90, 80]) turns(pacing, 1, ms);
  expect(pacing.ends).toHaveLength(3);
  turns(pacing, 3, 60);
  expect(pacing.ends).toHaveLength(1);
});

it('learns from the times of its submits which layers are costly', () => {
  const pacing = new TimedPacing(DISPATCHES);
  // The last twelve dispatches take half of the time.
  const msOf = (dispatch: number) => (dispatch < 108 ? 300 / 108 : 300 / 12);
  const first = Math.max(...timesOf(pacing, msOf));
  for (let i = 0; i < 20; i++) pacing.took(timesOf(pacing, msOf));
  expect(first).toBeGreaterThan(300);
  // One layer alone takes 50 ms.
  expect(Math.max(...timesOf(pacing, msOf))).toBeLessThanOrEqual(100);
  expect(pacing.ends.length).toBeLessThanOrEqual(12);
});

it('keeps its cuts where nothing took any time', () => {
  const pacing = new TimedPacing(DISPATCHES);
  turns(pacing, 5, 0);
  expect(pacing.ends).toEqual([120]);
  turns(pacing, 3, 600);
  expect(pacing.ends).toHaveLength(12);
});

it('is cut into a given number of submits for checks', () => {
  const five = inParts(5)(DISPATCHES);
  expect(five.ends).toEqual([24, 48, 72, 96, 120]);
  five.took([1, 1, 1, 1, 1000]);
  expect(five.ends).toHaveLength(5);
});
