import { expect, it } from 'vitest';
import { UsageError } from '../usageError.ts';
import { exportOrder } from './exportArguments.ts';

const ALONE = { directory: null, out: null, force: false, at: null };

it('takes one file and a directory', () => {
  expect(exportOrder(['run.json', '--pytorch', 'out'])).toEqual({
    ...ALONE,
    ...{ file: 'run.json', directory: 'out' },
  });
});

it('takes a file for the weights, and a budget with the images that it is found on', () => {
  expect(exportOrder('run.json --out w.safetensors --force'.split(' '))).toEqual({
    ...ALONE,
    ...{ file: 'run.json', out: 'w.safetensors', force: true },
  });
  const at = 'run.json --budget .2 --data a b --limit 9 --pytorch torch --out w.json';
  expect(exportOrder(at.split(' '))).toMatchObject({
    ...{ directory: 'torch', out: 'w.json' },
    at: { budget: 0.2, images: { data: ['a', 'b'], test: [], limit: 9 } },
  });
});

it.each([
  [[], 'none'],
  [['a', 'b', '--pytorch', 'out'], 'a, b'],
  [['a'], '--pytorch DIR, --out FILE or both'],
  [['a', '--tensorflow', 'out'], '--tensorflow'],
  [['a', '--pytorch', 'out', '--force'], '--force belongs to --out'],
  [['a', '--pytorch', 'out', '--data', 'b'], '--data belongs to --budget'],
  [['a', '--pytorch', 'out', '--budget', '2'], 'above 0 and up to 1, got 2'],
])('refuses %j', (args, word) => {
  expect(() => exportOrder(args)).toThrow(UsageError);
  expect(() => exportOrder(args)).toThrow(word);
});
