import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { byteArray, floatArray, parseVectors, sampledArray } from './arrays.ts';

function base64(values: Float32Array | Uint8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

describe('golden arrays', () => {
  it('decode little-endian float32, in a buffer of their own', () => {
    const parsed = floatArray.parse({ shape: [3, 1], f32: 'AACAPwAAAMAAAABA' });
    expect(parsed).toEqual({ shape: [3, 1], values: Float32Array.of(1, -2, 2) });
  });

  it('decode bytes, and arrays without elements', () => {
    expect(byteArray.parse({ shape: [2], u8: 'AP8=' }).values).toEqual(Uint8Array.of(0, 255));
    expect(floatArray.parse({ shape: [0, 4], f32: '' }).values.length).toBe(0);
  });

  it('decode every n-th element of a large array', () => {
    const file = { shape: [3, 25], every: 37, f32_every: base64(Float32Array.of(1, 2, 3)), norm: 4, sum: 5 };
    expect(sampledArray.parse(file)).toEqual({
      shape: [3, 25],
      every: 37,
      samples: Float32Array.of(1, 2, 3),
      norm: 4,
      sum: 5,
    });
  });

  it('refuse a shape that the bytes do not fill, and what is not base64', () => {
    expect(() => floatArray.parse({ shape: [2], f32: 'AACAPw==' })).toThrow('must hold 8 bytes, got 4');
    expect(() => byteArray.parse({ shape: [2], u8: '?' })).toThrow('must be base64');
    expect(() => byteArray.parse({ shape: [-1], u8: '' })).toThrow();
  });
});

describe('parseVectors', () => {
  it('names the section and the place that does not fit', () => {
    const schema = z.object({ cases: z.array(z.object({ k: z.number() })) });
    expect(() => parseVectors('x (things)', schema, { cases: [{ k: 1 }, { k: 'two' }] })).toThrow(
      /golden vectors x \(things\): not the known schema[\s\S]*cases\[1\]\.k/,
    );
  });
});
