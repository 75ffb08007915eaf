import { expect, it } from 'vitest';
import { buildNetwork, type NetworkSpec } from '../network/layers.ts';
import { configOf, median, stepFlops, stepInputs } from './workload.ts';

const CIFAR = { input: 32, stem: 'cifar', stemPadding: 2, gated: true, bn: 'separate' } as const;
const spec = (width: number, projector: number): NetworkSpec => ({
  ...CIFAR,
  width,
  projector: { hidden: projector, output: projector },
});

/** Convolutions of ResNet-18 at width 8 on 32 + 2·2 pixels, by hand: count, kernel, in, out, side of the output. */
const WIDTH_8: readonly (readonly [number, number, number, number, number])[] = [
  [4, 3, 8, 8, 34],
  [1, 3, 8, 16, 17],
  [3, 3, 16, 16, 17],
  [1, 1, 8, 16, 17],
  [1, 3, 16, 32, 9],
  [3, 3, 32, 32, 9],
  [1, 1, 16, 32, 9],
  [1, 3, 32, 64, 5],
  [3, 3, 64, 64, 5],
  [1, 1, 32, 64, 5],
];

it('stepFlops is three times the forward work of two views, without the gradient of the images', () => {
  const stem = 3 * 3 * 3 * 8 * 34 * 34;
  const convolutions = WIDTH_8.reduce(
    (sum, [count, kernel, input, output, side]) => sum + count * kernel ** 2 * input * output * side ** 2,
    0,
  );
  const projector = 64 * 256 + 256 * 256 + 256 * 256;
  const multiplyAdds = 2 * stem + 3 * convolutions + 3 * projector;
  expect(multiplyAdds).toBe(33_827_520);
  // A multiply-add is two operations, an image two views.
  expect(stepFlops(buildNetwork(spec(8, 256)), 1)).toBe(2 * 2 * 33_827_520);
  expect(stepFlops(buildNetwork(spec(8, 256)), 64)).toBe(64 * 2 * 2 * 33_827_520);
});

it('stepInputs gives every caller the same steps, one after the other', () => {
  const config = configOf({ width: 4, batch: 3 });
  const [first, second] = [stepInputs(config), stepInputs(config)];
  const one = first();
  expect(second()).toEqual(one);
  expect(first()).not.toEqual(one);
  expect(one.indices).toHaveLength(3);
});

it('median is the middle value, or the mean of the two in the middle', () => {
  expect(median([3, 100, 1])).toBe(3);
  expect(median([4, 1, 3, 100])).toBe(3.5);
});
