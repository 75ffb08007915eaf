import { describe, expect, it } from 'vitest';
import { scoreOf } from './classifiers.ts';

describe('a score class by class', () => {
  const labels = Uint8Array.of(0, 0, 0, 2, 2);
  const classes = ['ant', 'bee', 'cat'];

  it('counts the images of each class, and leaves out a class without any', () => {
    const score = scoreOf('dense', Uint8Array.of(0, 0, 1, 2, 2), { labels, classes });
    expect(score.classes).toEqual([
      { name: 'ant', images: 3, accuracy: 2 / 3, standardError: Math.sqrt(2 / 27) },
      { name: 'cat', images: 2, accuracy: 1, standardError: 0 },
    ]);
    expect(score.accuracy).toBe(4 / 5);
  });

  it('adds up to the accuracy of all images, those that chance decides too', () => {
    const chances = new Map([[1, Float64Array.of(0.25, 0.5, 0.25)]]);
    const score = scoreOf('dense', Uint8Array.of(0, 0, 1, 2, 0), { labels, classes }, chances);
    expect(score.classes.map(({ accuracy }) => accuracy)).toEqual([1.25 / 3, 1 / 2]);
    const right = score.classes.reduce((sum, { accuracy, images }) => sum + accuracy * images, 0);
    expect(right / labels.length).toBeCloseTo(score.accuracy, 12);
  });
});
