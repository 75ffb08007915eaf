import { describe, expect, it } from 'vitest';
import { drawnOn, inside } from './lasso.ts';

const grid = Float32Array.from({ length: 2 * 100 }, (_, i) =>
  i % 2 === 0 ? Math.floor(i / 2) % 10 : Math.floor(i / 20),
);

describe('the points inside a loop', () => {
  it('of a rectangle are those within its sides, whichever way round it was drawn', () => {
    const rectangle = [1.5, 2.5, 4.5, 2.5, 4.5, 5.5, 1.5, 5.5];
    const wanted = [32, 33, 34, 42, 43, 44, 52, 53, 54];
    expect(inside(rectangle, grid)).toEqual(wanted);
    expect(inside([1.5, 5.5, 4.5, 5.5, 4.5, 2.5, 1.5, 2.5], grid)).toEqual(wanted);
  });

  it('of a circle are those nearer than its radius', () => {
    const loop = Array.from({ length: 720 }, (_, i) => {
      const angle = (Math.floor(i / 2) * Math.PI) / 180;
      return 4.6 + 3.3 * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    });
    const near = Array.from({ length: 100 }, (_, n) => n).filter(
      (n) => Math.hypot((n % 10) - 4.6, Math.floor(n / 10) - 4.6) < 3.3,
    );
    expect(inside(loop, grid)).toEqual(near);
  });

  it('leave the hollow of a horseshoe out', () => {
    const horseshoe = [0.5, 0.5, 6.5, 0.5, 6.5, 6.5, 4.5, 6.5, 4.5, 2.5, 2.5, 2.5, 2.5, 6.5, 0.5, 6.5];
    const found = inside(horseshoe, grid);
    expect(found).toContain(52);
    expect(found).not.toContain(53);
    expect(found).toContain(55);
  });

  it('are none of a line, and never one that has no place', () => {
    expect(inside([0, 0, 5, 5], grid)).toEqual([]);
    expect(inside([-1, -1, 9, -1, 9, 9, -1, 9], Float32Array.of(Number.NaN, 1, 2, 2))).toEqual([1]);
  });
});

it('a loop leaves corners out that are nearly where the last is', () => {
  const loop = drawnOn(drawnOn([], 3, 4), 3.5, 4.5);
  expect(loop).toEqual([3, 4]);
  expect(drawnOn(loop, 6, 4)).toEqual([3, 4, 6, 4]);
});
