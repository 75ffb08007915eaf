import { expect, it } from 'vitest';
import { CIFAR100_CLASSES, namesFor, namesFromText, recipeOf, STL10_CLASSES } from './classNames.ts';

it('names CIFAR-100’s and STL-10’s classes in alphabetical order, each once', () => {
  for (const [names, count] of [
    [CIFAR100_CLASSES, 100],
    [STL10_CLASSES, 10],
  ] as const) {
    expect(new Set(names).size).toBe(count);
    expect([...names]).toEqual([...names].sort());
  }
});

it('knows a data set by the side of its images and the number of classes', () => {
  expect([recipeOf(32, 10), recipeOf(32, 100), recipeOf(96, 10), recipeOf(96, 0)]).toEqual([
    'cifar10',
    'cifar100',
    'stl10',
    'stl10',
  ]);
  expect([recipeOf(32, 11), recipeOf(null, 10), recipeOf(96, 3)]).toEqual(new Array(3).fill('imagenet100'));
  expect(namesFor(10, 96)).toBe(STL10_CLASSES);
  expect(namesFor(2, 32)).toEqual(['class 0', 'class 1']);
});

it('reads names line by line, and refuses more than a byte can tell apart', () => {
  expect(namesFromText('a.txt', ' ant\r\nbee\n\n')).toEqual(['ant', 'bee']);
  expect(() => namesFromText('a.txt', '\n')).toThrow(/a\.txt: expected 1 to 256 classes, got 0/);
  expect(() => namesFromText('a.txt', 'x\n'.repeat(257))).toThrow(/got 257/);
});
