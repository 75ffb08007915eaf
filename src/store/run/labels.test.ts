import { describe, expect, it } from 'vitest';
import type { Ready } from '../../run/protocol.ts';
import { className, imageName, isLabelled, lacksAccuracies } from './labels.ts';

function images(classes: readonly string[], labels: readonly number[]): Pick<Ready, 'data' | 'mapImages'> {
  return {
    data: {
      ...{ name: 'n', train: 4, test: labels.length, bank: null, size: 8, stepsPerEpoch: 1 },
      ...{ classes, recipe: 'stl10' },
    },
    mapImages: { count: labels.length, pixels: new Uint8Array(0), labels: Uint8Array.from(labels) },
  };
}

describe('the class of a map image', () => {
  it('goes by its name, and by its number where a file names none', () => {
    expect(className(images(['cat', 'dog'], [0, 1]), 1)).toBe('dog');
    expect(imageName(images(['cat', 'dog'], [0, 1]), 1)).toBe('Image 1: dog');
    expect(className(images([], [0, 3]), 1)).toBe('class 3');
    // One named class is a label. Without a name, labels that are all zero mean that there are none.
    expect(className(images(['cat'], [0, 0]), 0)).toBe('cat');
  });

  it('is not known where nobody labelled the images', () => {
    const unlabelled = images([], [0, 0, 0]);
    expect(isLabelled(unlabelled)).toBe(false);
    expect(className(unlabelled, 0)).toBeNull();
    expect(imageName(unlabelled, 0)).toBe('Image 0');
    expect(className(images(['cat'], [0]), 7)).toBeNull();
  });
});

it('tells runs without accuracies from runs whose floors are not known yet', () => {
  const untrained = { gated: null, dense: null };
  expect(lacksAccuracies({ rawPixels: null, untrained })).toBe(true);
  expect(lacksAccuracies({ rawPixels: 0, untrained })).toBe(false);
  expect(lacksAccuracies(null)).toBe(false);
});
