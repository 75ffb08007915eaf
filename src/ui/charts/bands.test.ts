import { expect, it } from 'vitest';
import { bandPoints, within } from './bands.ts';

const rows = Array.from({ length: 40 }, (_, i) => ({ step: i + 1, value: (i * 7) % 11 }));
const read = ({ value }: { value: number }) => value;

it('is the mean, the lowest and the highest value of seven rows on either side, as plain loops give them', () => {
  const points = bandPoints(rows, read);
  expect(points.map(({ step }) => step)).toEqual(rows.map(({ step }) => step));
  points.forEach(({ low, high, middle }, i) => {
    const near: number[] = [];
    for (let k = i - 7; k <= i + 7; k++) if (rows[k]) near.push(rows[k]!.value);
    expect([low, high]).toEqual([near.toSorted((a, b) => a - b)[0], near.toSorted((a, b) => b - a)[0]]);
    expect(middle).toBeCloseTo(near.reduce((sum, value) => sum + value, 0) / near.length, 12);
  });
});

it('invents no spread where each value stands for itself', () => {
  for (const { step, low, middle, high } of bandPoints(rows, read, 0)) {
    expect([low, middle, high]).toEqual(Array(3).fill(rows[step - 1]!.value));
  }
});

it('leaves out what is no number', () => {
  const broken = [{ step: 1, value: Number.NaN }, ...rows.slice(1, 3)];
  expect(bandPoints(broken, read, 0).map(({ step }) => step)).toEqual([2, 3]);
  expect(bandPoints(broken, read)[0]).toEqual({ step: 1, middle: 5, low: 3, high: 7 });
});

it('reaches the edges of a chart, and no farther', () => {
  const points = bandPoints(
    rows.filter(({ step }) => step % 5 === 0),
    read,
    0,
  );
  expect(within(points, 12, 23).map(({ step }) => step)).toEqual([10, 15, 20, 25]);
  expect(within(points, 10, 20).map(({ step }) => step)).toEqual([10, 15, 20]);
  expect(within(points, 0, 900)).toEqual(points);
  expect(within(points, 38, 90).map(({ step }) => step)).toEqual([35, 40]);
});
