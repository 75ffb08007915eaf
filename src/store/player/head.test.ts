import { expect, it } from 'vitest';
import { advanced, PLAY_MS, REST_MS, stepOf } from './head.ts';

const playing = { length: 200, speed: 1, loop: true } as const;
const start = { step: 0, rested: 0 };

it('goes through a run of any length in the same time, and faster at a higher speed', () => {
  expect(advanced(start, PLAY_MS / 2, playing)?.step).toBeCloseTo(100);
  expect(advanced(start, PLAY_MS / 2, { ...playing, length: 10_000 })?.step).toBeCloseTo(5000);
  expect(advanced(start, PLAY_MS / 8, { ...playing, speed: 4 })?.step).toBeCloseTo(100);
  expect(stepOf(advanced({ step: 99.6, rested: 0 }, 0, playing)!)).toBe(99);
});

it('rests for its time at the last step', () => {
  const arrived = advanced({ step: 199.9, rested: 0 }, 1000, playing)!;
  expect(arrived).toEqual({ step: 200, rested: 1000 });
  expect(advanced(arrived, REST_MS - 1001, playing)).toEqual({ step: 200, rested: REST_MS - 1 });
  expect(advanced(arrived, REST_MS, playing)).toEqual(start);
});

it('ends where it is not to begin anew', () => {
  expect(advanced({ step: 199.9, rested: 0 }, 1000, { ...playing, loop: false })).toBeNull();
});
