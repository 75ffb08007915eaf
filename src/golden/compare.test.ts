import { describe, expect, it } from 'vitest';
import { exactRow, relativeError, row, scalarRow, tensorRows, worst, worstOf } from './compare.ts';

const TOLERANCES = { each: 1e-2, median: 1e-4 };
const pair = (name: string, got: number[], expected: number[]) => ({ name, got, expected });

describe('comparisons', () => {
  it('never pass on NaN', () => {
    expect(row('x', Number.NaN, 1).passed).toBe(false);
    expect(scalarRow('x', { a: [1, 1], b: [Number.NaN, 1], c: [9, 1] }, 1e-4).passed).toBe(false);
    expect(tensorRows('x', [pair('a', [Number.NaN], [1]), pair('b', [1], [1])], TOLERANCES)[0]!.passed).toBe(
      false,
    );
    expect(tensorRows('x', [pair('a', [1], [Number.NaN])], TOLERANCES)[0]!.passed).toBe(false);
    expect(worst([1, Number.NaN, 2])).toBeNaN();
    expect(worstOf([{ error: 3 }, { error: Number.NaN }, { error: 4 }]).error).toBeNaN();
  });

  it('measure the relative L2 error, and the absolute one against zeros', () => {
    expect(relativeError(pair('x', [3, 5], [3, 4]))).toBeCloseTo(0.2, 12);
    expect(relativeError(pair('x', [0.3, 0.4], [0, 0]))).toBeCloseTo(0.5, 12);
    expect(relativeError(pair('x', [], []))).toBe(0);
  });

  it('refuse another number of values', () => {
    expect(() => relativeError(pair('x', [1, 2], [1]))).toThrow('must have 1 values as in the file, got 2');
    expect(() => exactRow('x', [1], [1, 2])).toThrow('must have 2 values');
  });

  it('name the worst tensor, and judge the median by itself', () => {
    const pairs = ['a', 'b', 'c'].map((name, i) => pair(name, [1 + 1e-3 * i], [1]));
    const [each, median] = tensorRows('x', pairs, TOLERANCES);
    expect([each!.passed, each!.detail]).toEqual([true, expect.stringContaining('worst of 3: c')]);
    expect(median!.passed).toBe(false);
    expect(median!.worstError).toBeCloseTo(1e-3, 9);
  });

  it('compare vanishing tensors absolutely, against what the others are as large as', () => {
    const rows = (got: number) =>
      tensorRows('x', [pair('w', [10], [10]), pair('bias', [got], [1e-15])], TOLERANCES);
    expect(rows(1e-4).map(({ check, passed }) => [check, passed])).toEqual([
      ['x, each', true],
      ['x, median', true],
      ['x, vanishing', true],
    ]);
    expect(rows(0.01).at(-1)!.passed).toBe(false);
  });

  it('count entries that differ', () => {
    expect(exactRow('x', [1, 0, 1], [1, 1, 0])).toMatchObject({ worstError: 2, passed: false });
    expect(exactRow('x', [1, 0], Float32Array.of(1, 0)).passed).toBe(true);
  });

  it('refuse an empty list of tensors', () => {
    expect(() => tensorRows('x', [], TOLERANCES)).toThrow('no tensors');
  });
});
