import { expect, it } from 'vitest';
import { UsageError } from '../usageError.ts';
import { exportOrder } from './exportArguments.ts';

it('takes one file and a directory', () => {
  expect(exportOrder(['run.json', '--pytorch', 'out'])).toEqual({ file: 'run.json', directory: 'out' });
});

it.each([
  [[], 'none'],
  [['a', 'b', '--pytorch', 'out'], 'a, b'],
  [['a'], '--pytorch DIR'],
  [['a', '--tensorflow', 'out'], '--tensorflow'],
])('refuses %j', (args, word) => {
  expect(() => exportOrder(args)).toThrow(UsageError);
  expect(() => exportOrder(args)).toThrow(word);
});
