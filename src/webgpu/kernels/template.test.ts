import { expect, it } from 'vitest';
import { fillIn } from './template.ts';

it('fills in expressions by precedence', () => {
  expect(fillIn('#{A + 2 * (B - 1)}u #{7 / 2 % 2} #{A < B} #{A == 3}', { A: 3, B: 4 })).toBe('9u 1 1 1');
});

it('repeats the lines of a loop, loops within loops included, and not at all where the range is empty', () => {
  const source = ['a', '//for i in 0 .. 2', 'b#{i}', '  //for j in i .. N', 'c#{i}#{j}', '  //end', '//end'];
  expect(fillIn([...source, 'z'].join('\n'), { N: 2 }).split('\n')).toEqual([
    'a',
    'b0',
    'c00',
    'c01',
    'b1',
    'c11',
    'z',
  ]);
  expect(fillIn([...source, 'z'].join('\n'), { N: 0 }).split('\n')).toEqual(['a', 'b0', 'b1', 'z']);
});

it('leaves out what a condition refuses, whatever it holds', () => {
  const source = '//if FLAG\nyes #{X}\n//end\n//if FLAG == 0\nno\n//end';
  expect(fillIn(source, { FLAG: 1, X: 5 })).toBe('yes 5');
  expect(fillIn(source, { FLAG: 0 })).toBe('no');
});

it('refuses what it cannot understand', () => {
  expect(() => fillIn('#{N}', {})).toThrow('"N" is unknown');
  expect(() => fillIn('#{1 +}', {})).toThrow('missing');
  expect(() => fillIn('#{(1}', {})).toThrow('bracket');
  expect(() => fillIn('#{1 1}', {})).toThrow('not expected');
  expect(() => fillIn('//for i in 0 .. 2\nx', {})).toThrow('//end is missing');
  expect(() => fillIn('x\n//end', {})).toThrow('without a beginning');
});
