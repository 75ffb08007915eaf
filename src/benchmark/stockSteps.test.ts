import { expect, it } from 'vitest';
import { stockRefusal, stockSteps } from './stockSteps.ts';

it('steps of stock tfjs are few on software, or as many as are asked for', () => {
  expect(stockSteps({ asked: null, software: false })).toBeGreaterThan(1);
  expect(stockSteps({ asked: null, software: true })).toBe(1);
  expect(stockSteps({ asked: 0, software: true })).toBe(0);
});

it('after a slow first step on software none is timed, unless somebody asked for it', () => {
  expect(stockRefusal({ asked: null, software: true }, 130_000)).toContain('took 130 s, so none is timed');
  expect(stockRefusal({ asked: null, software: true }, 90_000)).toBeNull();
  expect(stockRefusal({ asked: 1, software: true }, 130_000)).toBeNull();
  expect(stockRefusal({ asked: null, software: false }, 130_000)).toBeNull();
});
