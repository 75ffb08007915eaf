import { expect, it } from 'vitest';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import { threadRates, threadTable } from './threadRates.ts';

it('threadRates times both parts of a step on one thread and on all', async () => {
  // By this clock everything takes 2 ms.
  let now = 0;
  const clock = () => ++now * 2;
  const places = { ...nodePlaces(), threads: 2 };
  const rates = await threadRates({ width: 4, batch: 1, rounds: 2, places, clock });
  expect(rates.slice(0, 2)).toEqual([
    { fused: false, threads: 1, convolutions: 2, norms: 2 },
    { fused: false, threads: 2, convolutions: 2, norms: 2 },
  ]);
  expect(threadTable(rates).split('\n').slice(0, 3)).toEqual([
    'build  threads  convolutions  BatchNorms and ReLUs',
    'plain        1        2.0 ms                2.0 ms',
    'plain        2        2.0 ms                2.0 ms',
  ]);
});
