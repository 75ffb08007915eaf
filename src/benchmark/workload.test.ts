import { expect, it } from 'vitest';
import { configOf, stepInputs } from './workload.ts';

it('stepInputs gives every caller the same steps, one after the other', () => {
  const config = configOf({ width: 4, batch: 3 });
  const [first, second] = [stepInputs(config), stepInputs(config)];
  const one = first();
  expect(second()).toEqual(one);
  expect(first()).not.toEqual(one);
  expect(one.indices).toHaveLength(3);
});
