import { beforeAll, expect, it } from 'vitest';
import { RECIPES } from '../../../data/images/recipe.ts';
import { packBytes } from '../../../plan/viewRecords.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { evaluationInput } from './viewEvaluation.ts';
import { someImages, unpackInput } from './views.fixture.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

it.each([
  [1, 0, 0, 3],
  [5, 3, 1, 4],
  [32, 2, 3, 9],
  [33, 2, 0, 9],
])(
  'images are normalised as they are: %i pixels a side, border %i, %i to %i',
  async (size, border, from, to) => {
    const pixels = someImages(9, size);
    const length = (to - from) * (size + 2 * border) ** 2 * 4;
    const y = on.poisoned(length);
    const images = on.input(packBytes(pixels));
    await on.run([
      evaluationInput({ images, y, size, border, from, to, normalisation: RECIPES.cifar10.evaluation }),
    ]);
    const floats = await on.floats(y, length + 4);
    const got = unpackInput(floats.subarray(0, length), size, border, RECIPES.cifar10.evaluation);
    const perImage = size * size * 3;
    expect(got.bytes).toEqual(pixels.subarray(from * perImage, to * perImage));
    expect(got.deviation).toBeLessThan(5e-7);
    expect(got.stains).toBe(0);
    expect([...floats.subarray(length)].every(Number.isNaN), 'nothing behind y is written').toBe(true);
  },
);
