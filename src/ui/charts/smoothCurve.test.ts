import { expect, it } from 'vitest';
import type { Curve } from './curves.ts';
import { smoothCurves } from './smoothCurve.ts';

const CURVE: Curve = { key: 'loss', label: 'loss', color: 'black' };
const ALL = { weight: 0.9, limit: 60, zoom: null, raw: true };
const rows = Array.from({ length: 1000 }, (_, i) => ({ step: i + 1, loss: i === 500 ? 1e6 : Math.sin(i) }));
const LOSS = { curve: CURVE, read: ({ loss }: { loss: number }) => loss };

it('has the raw values behind the smoothed ones, and loses no spike of them', () => {
  const { points, curves, read } = smoothCurves(rows, [LOSS], ALL);
  expect(curves.map(({ key, faint }) => [key, faint])).toEqual([
    ['raw loss', true],
    ['loss', undefined],
  ]);
  expect(points.length).toBeLessThanOrEqual(60);
  expect(points.find(({ step }) => step === 501)!['raw loss']).toBe(1e6);
  expect(read('loss', 501)).toBeCloseTo(1e5, -2);
  expect(read('loss', null)).toBe(read('loss', 1000));
  expect(read('loss', 0)).toBeNaN();
});

it('has one curve if nothing is smoothed, or if the raw values are not wanted', () => {
  for (const change of [{ weight: 0 }, { raw: false }]) {
    const { points, curves } = smoothCurves(rows, [LOSS], { ...ALL, ...change });
    expect(curves).toEqual([CURVE]);
    expect(Object.keys(points[0]!)).toEqual(['step', 'loss']);
  }
});

it('draws the steps that are zoomed in on and a neighbour at each end, with the same values', () => {
  const { points } = smoothCurves(rows, [LOSS], { ...ALL, zoom: [200, 230] });
  expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 33 }, (_, i) => 199 + i));
  const { read } = smoothCurves(rows, [LOSS], ALL);
  for (const { step, loss } of points) expect(loss).toBe(read('loss', step));
});

it('keeps a value that is no number, without letting it into the average', () => {
  const broken = [...rows.slice(0, 5), { step: 6, loss: Number.NaN }, { step: 7, loss: 0 }];
  const { read } = smoothCurves(broken, [LOSS], ALL);
  expect(read('loss', 6)).toBeNaN();
  expect(read('loss', 7)).toBeGreaterThan(-1);
});

it('smooths each of several curves by itself, at the same steps', () => {
  const other = { key: 'other', label: 'other', color: 'grey' };
  const alone = smoothCurves(rows, [LOSS], ALL);
  const { points, curves, read } = smoothCurves(
    rows,
    [LOSS, { curve: other, read: ({ step }) => (step === 700 ? -1e6 : step) }],
    { ...ALL, limit: 90 },
  );
  expect(curves.map(({ key }) => key)).toEqual(['raw loss', 'raw other', 'loss', 'other']);
  expect(read('loss', 501)).toBe(alone.read('loss', 501));
  expect(read('nothing', 501)).toBeNaN();
  expect(points.find(({ step }) => step === 501)!['raw loss']).toBe(1e6);
  expect(points.find(({ step }) => step === 700)!['raw other']).toBe(-1e6);
});
