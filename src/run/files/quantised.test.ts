import { expect, it } from 'vitest';
import { stream } from '../../random.ts';
import { layoutOf, packGates, quantised, unpackGates } from './quantised.ts';

it('keeps every point to within a 65,535th of the extent', () => {
  const random = stream(3, 'map');
  const xy = Float32Array.from({ length: 2 * 65 }, (_, i) => 5 * random.normal() - (i % 2) * 40);
  const { box, xy: text } = quantised(xy);
  const back = layoutOf({ box, xy: text }, 65);
  for (const [i, value] of xy.entries())
    expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual((0.6 * box[2]) / 65_535);
});

it('keeps points that coincide, and a layout without points', () => {
  expect(layoutOf(quantised(Float32Array.of(2, 3, 2, 3)), 2)).toEqual(Float32Array.of(2, 3, 2, 3));
  expect(layoutOf(quantised(new Float32Array(0)), 0)).toEqual(new Float32Array(0));
  expect(layoutOf(quantised(new Float32Array(2)), 2)).toHaveLength(2);
  expect(() => layoutOf(quantised(new Float32Array(4)), 1)).toThrow('at most 1 points of 4 bytes, got 8');
});

it('keeps gates bit by bit, for numbers of images and channels that fill no byte', () => {
  const gates = Uint8Array.from({ length: 7 * 5 }, (_, i) => Number((i * 7) % 3 === 0));
  expect(unpackGates(packGates(gates, 5), 7, 5)).toEqual(gates);
  expect(() => unpackGates(packGates(gates, 5), 9, 5)).toThrow('45 flags must have 6 bytes, got 5');
});
