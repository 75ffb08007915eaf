import { describe, expect, it } from 'vitest';
import { RECIPES, type RecipeId } from '../../data/images/recipe.ts';
import { augmentBatch } from '../../method/views/augment.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { Batches } from '../course/batches.ts';
import { noiseData } from '../session.fixture.ts';
import { drawPair, viewPair } from './viewPair.ts';

const config = { ...DEFAULT_CONFIG, batch: 8, seed: 4, jitter: 1.3, minCrop: 0.25 };
const images = noiseData().train;
/** With this normalisation, a byte becomes its value divided by 255. */
const AS_IT_IS = { mean: [0, 0, 0], std: [1, 1, 1] } as const;

describe('a pair of views', () => {
  it.each(Object.keys(RECIPES) as RecipeId[])(
    'is drawn as a run of %s draws it, draw after draw',
    (recipe) => {
      const set = { ...images, recipe };
      const batches = new Batches(config, set);
      const drawn = [batches.draw(), batches.draw(), batches.draw()];
      for (const draw of [0, 1, 7, 8, 19, 23]) {
        const { views } = drawn[Math.floor(draw / 8)]!;
        expect(drawPair({ config, draw }, set)).toEqual([views[0][draw % 8], views[1][draw % 8]]);
      }
    },
  );

  it('has the very pixels that training makes, and the image as it is', () => {
    const index = 5;
    for (const draw of [0, 3, 11]) {
      const { views, original } = viewPair(images, { config, index, draw });
      for (const { parameters, pixels } of views) {
        const trained = augmentBatch(images, Uint32Array.of(index), [parameters], AS_IT_IS);
        expect([...pixels]).toEqual(Array.from(trained, (value) => Math.round(value * 255)));
      }
      const bytes = images.size ** 2 * 3;
      expect(original).toEqual(images.pixels.slice(index * bytes, (index + 1) * bytes));
    }
  });

  it('changes with draw and seed, and says its class where there is one', () => {
    const at = (draw: number, seed = 4) => viewPair(images, { config: { ...config, seed }, index: 2, draw });
    expect(at(0).views).toEqual(at(0).views);
    expect(at(1).views).not.toEqual(at(0).views);
    expect(at(0, 5).views).not.toEqual(at(0).views);
    const named = { ...images, classes: Array.from({ length: 10 }, (_, i) => `class-${i}`) };
    expect(viewPair(named, { config, index: 2, draw: 0 }).label).toBe(`class-${images.labels[2]}`);
    expect(viewPair({ ...images, classes: [] }, { config, index: 2, draw: 0 }).label).toBeNull();
  });

  it('is refused for an image that is not there', () => {
    for (const index of [-1, 0.5, images.count])
      expect(() => viewPair(images, { config, index, draw: 0 })).toThrow(
        `below ${images.count}, got ${index}`,
      );
  });
});
