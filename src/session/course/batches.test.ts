import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../config.ts';
import type { RecipeId } from '../../data/images/recipe.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { Batches } from './batches.ts';

const config: RunConfig = { ...DEFAULT_CONFIG, batch: 8, seed: 4 };
const COUNT = 35;
const images = { count: COUNT, size: 16, recipe: 'cifar10' } as const;

function drawn(change: Partial<RunConfig>, draws = 6, recipe: RecipeId = 'cifar10') {
  const batches = new Batches({ ...config, ...change }, { ...images, recipe });
  return Array.from({ length: draws }, () => batches.draw());
}

describe('Batches', () => {
  it('shows no image twice in an epoch and leaves out what does not fill a batch', () => {
    const batches = new Batches(config, images);
    expect(batches.stepsPerEpoch).toBe(4);
    const epochs = [0, 1].map(() => Array.from({ length: 4 }, () => [...batches.draw().indices]).flat());
    for (const epoch of epochs) {
      expect(new Set(epoch).size).toBe(32);
      expect(Math.max(...epoch)).toBeLessThan(COUNT);
    }
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it('draws two views of its own for every image, inside the image', () => {
    for (const { views } of drawn({})) {
      for (const branch of views) {
        expect(branch).toHaveLength(8);
        for (const { crop } of branch) {
          expect(crop.top + crop.height).toBeLessThanOrEqual(16);
          expect(crop.left + crop.width).toBeLessThanOrEqual(16);
        }
      }
      expect(views[0]).not.toEqual(views[1]);
    }
  });

  it('draws the same from the same seed, and other things from another', () => {
    expect(drawn({})).toEqual(drawn({}));
    const other = drawn({ seed: 5 });
    expect(other.map(({ indices }) => indices)).not.toEqual(drawn({}).map(({ indices }) => indices));
  });

  it('keeps order and gates as they are when the augmentation changes', () => {
    const plain = drawn({});
    const strong = drawn({ minCrop: 0.1, grayscale: 0.9 });
    expect(strong.map(({ indices }) => indices)).toEqual(plain.map(({ indices }) => indices));
    expect(strong.map(({ gateSeeds }) => gateSeeds)).toEqual(plain.map(({ gateSeeds }) => gateSeeds));
    expect(strong.map(({ views }) => views)).not.toEqual(plain.map(({ views }) => views));
  });

  it('blurs what the recipe of the data says, and nothing else changes with it', () => {
    const sharp = drawn({}, 40);
    const recipe = drawn({}, 40, 'cifar100');
    const blurred = (view: 0 | 1, draws: typeof sharp) =>
      draws.flatMap(({ views }) => views[view]).filter(({ blur }) => blur !== null).length;
    expect([blurred(0, sharp), blurred(1, sharp)]).toEqual([0, 0]);
    expect(blurred(0, recipe)).toBe(0);
    // 320 views at probability .2 give 64 blurred ones. The tolerance is four standard deviations.
    expect(Math.abs(blurred(1, recipe) - 64)).toBeLessThan(29);
    const withoutBlur = (draws: typeof sharp) =>
      draws.map(({ views, ...rest }) => ({
        ...rest,
        views: views.map((view) => view.map((one) => ({ ...one, blur: null }))),
      }));
    expect(withoutBlur(recipe)).toEqual(withoutBlur(sharp));
  });

  it('takes the first epoch of a set in parts part by part, and no other', () => {
    const parts = new Batches(config, { ...images, part: 10 });
    const epoch = () => Array.from({ length: 4 }, () => [...parts.draw().indices]).flat();
    const first = epoch();
    expect(first.slice(0, 10).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, i) => i));
    expect(first.slice(10, 20).every((row) => row >= 10 && row < 20)).toBe(true);
    expect(first.slice(0, 10)).not.toEqual(first.slice(0, 10).toSorted((a, b) => a - b));
    expect(new Set(first).size).toBe(32);
    expect(Math.max(...epoch().slice(0, 10))).toBeGreaterThanOrEqual(10);
    // A set of one part is a set without parts.
    const [one, plain] = [{ ...images, part: COUNT }, images].map((set) => new Batches(config, set).draw());
    expect(one).toEqual(plain);
  });

  it('knows how many images the next draw reaches', () => {
    const reached = (set: typeof images & { part?: number }) => {
      const batches = new Batches(config, set);
      return Array.from({ length: 5 }, () => {
        const { reach } = batches;
        expect(Math.max(...batches.draw().indices)).toBeLessThan(reach);
        return reach;
      });
    };
    const [first, second, third, , later] = reached({ ...images, part: 10 });
    expect([first, second! > 10 && second! <= 20, third! <= 30, later]).toEqual([10, true, true, COUNT]);
    expect(reached(images)[0]).toBe(COUNT);
    expect(reached({ ...images, part: 3 })[0]).toBe(9);
  });

  it('has a new gate seed for every pass', () => {
    const seeds = drawn({}).flatMap(({ gateSeeds }) => gateSeeds);
    expect(new Set(seeds).size).toBe(12);
  });

  it('refuses fewer images than a batch', () => {
    expect(() => new Batches(config, { ...images, count: 7 })).toThrow('7 images do not fill a batch of 8');
  });

  it.each([
    [0, undefined],
    [3, undefined],
    [4, undefined],
    [6, undefined],
    [0, 10],
    [2, 10],
    [4, 10],
  ])('go on after %i draws with the draws of batches that never stopped, in parts of %s', (before, part) => {
    const images = { count: COUNT, size: 16, recipe: 'cifar10', ...(part && { part }) } as const;
    const stopped = new Batches(config, images);
    for (let i = 0; i < before; i++) stopped.draw();
    const position = structuredClone(stopped.position());
    // Draws that follow the snapshot must not change the position that was taken.
    stopped.draw();
    const resumed = new Batches(config, images, position);
    const straight = new Batches(config, images);
    const all = Array.from({ length: 9 }, () => straight.draw());
    expect(Array.from({ length: 9 - before }, () => resumed.draw())).toEqual(all.slice(before));
  });
});
