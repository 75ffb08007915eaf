import { describe, expect, it } from 'vitest';
import { shareAt, stepAxis, tickTexts, type Unit, valueAt, valueAxis } from './axis.ts';

const AUTO = ['auto', 'auto'] as const;
const around = (values: number[], log = false) => valueAxis(values, AUTO, log, 'plain', 3);
const texts = (values: number[], log = false, unit: Unit = 'plain') =>
  tickTexts(valueAxis(values, AUTO, log, unit, 3), unit);

describe('the axis of values', () => {
  it('has a little room around what is drawn, but none below 0 and none above the whole', () => {
    expect(around([10, 20])).toMatchObject({ from: 9.6, to: 20.4, ticks: [10, 15, 20] });
    expect(around([0.01, 10]).from).toBe(0);
    expect(valueAxis([0.2, 1], [0, 'auto'], false, 'share', 3)).toMatchObject({ from: 0, to: 1 });
    expect(valueAxis([0.2, 1.02], [0, 'auto'], false, 'share', 3).to).toBeGreaterThan(1.02);
  });

  it('has room around a value that is the only one, which may come again', () => {
    expect(around([40, Number.NaN, 40])).toMatchObject({ from: 36, to: 44 });
    expect(around([40, 40 + 1e-14])).toMatchObject({ from: 36 });
    expect(around([0, 0])).toMatchObject({ from: 0, to: 0.1 });
    expect(around([3], true)).toMatchObject({ from: 1.5, to: 6 });
    expect(around([])).toMatchObject({ from: 0, to: 1 });
  });

  it('keeps an end that was asked for, unless nothing would be left', () => {
    expect(valueAxis([0.3, 0.4], [-1, 1], false, 'plain', 2)).toMatchObject({ from: -1, to: 1 });
    expect(valueAxis([0, 0], [0, 'auto'], false, 'plain', 2)).toMatchObject({ from: 0, to: 0.1 });
    expect(valueAxis([5, 50], [0, 'auto'], true, 'plain', 2).from).toBeGreaterThan(4);
  });

  it('never has the same mark twice, however narrow or wide it is', () => {
    for (const values of [
      [1, 1 + 1e-7],
      [40.71, 40.72],
      [1.65e9, 1.6500001e9],
      [0, 1e-30],
      [-3, 2e12],
    ]) {
      for (const log of [false, true]) {
        const axis = around(values, log);
        const inside = axis.ticks.filter(
          (tick) => tick >= axis.from * 0.999 - 1e-40 && tick <= axis.to * 1.001,
        );
        expect([...new Set(axis.ticks)].sort((a, b) => a - b)).toEqual(axis.ticks);
        expect(inside).toEqual(axis.ticks);
        expect(axis.ticks.length).toBeLessThan(9);
      }
    }
  });

  it('has powers of ten when it is logarithmic', () => {
    expect(around([1, 12_000, Number.NaN, -4, 0], true).ticks).toEqual([1, 100, 10_000]);
    expect(around([1e-9, 1e9], true).ticks).toEqual([1e-9, 1e-4, 10, 1e6]);
    expect(around([20, 60], true).ticks).toEqual([20, 40, 60]);
  });
});

describe('the axis of steps', () => {
  it('reaches to the newest step in whole steps, or over those that are zoomed in on', () => {
    expect(stepAxis(240, null, false, 4)).toMatchObject({ from: 0, to: 240, ticks: [0, 50, 100, 150, 200] });
    expect(stepAxis(3, null, false, 6).ticks).toEqual([0, 1, 2, 3]);
    expect(stepAxis(240, [50, 90], false, 4).ticks).toEqual([50, 60, 70, 80, 90]);
    expect(stepAxis(1000, null, true, 4)).toMatchObject({ from: 1, ticks: [1, 10, 100, 1000] });
    expect(stepAxis(0, null, false, 4)).toMatchObject({ from: 0, to: 1 });
  });

  it('turns places into steps and back', () => {
    for (const axis of [stepAxis(240, null, false, 4), stepAxis(240, null, true, 4)]) {
      expect(shareAt(axis, axis.from)).toBe(0);
      expect(shareAt(axis, axis.to)).toBe(1);
      expect(valueAt(axis, shareAt(axis, 77))).toBeCloseTo(77, 9);
    }
  });
});

describe('the text of the marks', () => {
  it('has the digits that neighbours need to differ', () => {
    expect(texts([18, 45])).toEqual(['20', '30', '40']);
    expect(texts([40.71, 40.74])).toEqual(['40.71', '40.72', '40.73', '40.74']);
    expect(texts([0, 1])).toEqual(['0', '0.5', '1.0']);
    expect(texts([-0.3, 0.3])).toEqual(['-0.2', '0', '0.2']);
  });

  it('is short at every size', () => {
    expect(texts([0, 3_100_000_000])).toEqual(['0', '1e9', '2e9', '3e9']);
    expect(texts([1.64e9, 1.66e9])).toEqual(['1.64e9', '1.65e9', '1.66e9']);
    expect(texts([0, 45_000])).toEqual(['0', '20k', '40k']);
    expect(texts([0, 3000])).toEqual(['0', '1,000', '2,000', '3,000']);
    expect(texts([0, 0.0003])).toEqual(['0', '1e-4', '2e-4', '3e-4']);
    expect(texts([1e-5, 1e5], true)).toEqual(['1e-5', '0.01', '10', '10k']);
    for (const values of [
      [1, 2e40],
      [-1.25e-5, 1e-6],
      [-12_345_678, 9],
      [99_999, 100_001],
    ])
      for (const text of texts(values)) expect(text.length).toBeLessThanOrEqual(8);
  });

  it('is a percentage for shares', () => {
    expect(texts([0, 1], false, 'share')).toEqual(['0 %', '50 %', '100 %']);
    expect(texts([0.912, 0.918], false, 'share')).toEqual(['91.2 %', '91.4 %', '91.6 %', '91.8 %']);
  });
});
