import { expect, it } from 'vitest';
import { DrawingPace } from './drawingPace.ts';

/** A page with eight turns of figures, each of which takes so many milliseconds. */
function pageOf(ms: number): DrawingPace {
  const pace = new DrawingPace();
  for (let turn = 0; turn < 8; turn++) pace.drew(turn, ms);
  return pace;
}

it('figures that cost little follow every 600 ms, and every 100 ms under a hand', () => {
  for (const pace of [new DrawingPace(), pageOf(10)])
    expect([pace.period(false), pace.period(true)]).toEqual([600, 100]);
});

it('figures take at most four tenths of the time on a slow processor, and all of it under a hand', () => {
  for (const ms of [40, 100, 200]) {
    const pace = pageOf(ms);
    expect((8 * ms) / pace.period(false)).toBeCloseTo(0.4, 6);
    expect(pace.period(true)).toBe(8 * ms);
  }
});

it('the newest drawing counts, and none of figures that left the page', () => {
  const pace = pageOf(100);
  for (let turn = 0; turn < 7; turn++) pace.left(turn);
  expect(pace.period(false)).toBe(600);
  pace.drew(7, 300);
  expect(pace.period(false)).toBeCloseTo(750, 6);
  pace.drew(7, 20);
  expect(pace.period(false)).toBe(600);
});

it('no processor is so slow that figures stand still', () => {
  expect(pageOf(10_000).period(false)).toBe(5000);
  expect(pageOf(10_000).period(true)).toBe(5000);
});
