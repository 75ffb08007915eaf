import { describe, expect, it } from 'vitest';
import { tensorFile, tensorValues, toBase64 } from './weights.ts';

describe('tensors in files', () => {
  it('come back as they went, special values included', () => {
    const values = Float32Array.of(1, -0, 1e-45, Number.MAX_VALUE, Number.NaN, 0.1);
    expect(tensorValues(tensorFile([2, 3], values))).toEqual(values);
  });

  it('are little-endian base64', () => {
    expect(tensorFile([1], Float32Array.of(1))).toEqual({ shape: [1], dtype: 'float32', data: 'AACAPw==' });
  });

  it('take a view of a larger buffer as it is', () => {
    const buffer = Float32Array.from({ length: 9 }, (_, i) => i);
    expect(tensorValues(tensorFile([2], buffer.subarray(4, 6)))).toEqual(Float32Array.of(4, 5));
  });

  it('whose bytes do not fill the shape are refused', () => {
    expect(() => tensorValues({ shape: [2, 2], dtype: 'float32', data: 'AACAPw==' })).toThrow(
      'shape [2, 2] must have 16 bytes, got 4',
    );
  });
});

describe('toBase64', () => {
  it('agrees with Node’s on lengths around its slices', () => {
    for (const length of [0, 1, 2, 3, 8191, 8192, 8193, 20000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) % 256);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    }
  });
});
