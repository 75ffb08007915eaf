import { describe, expect, it } from 'vitest';
import { RECIPES, type RecipeId } from '../data/recipe.ts';
import { noiseData, RecordedSession, TINY } from './session.fixture.ts';

// What a run makes of data sets other than the embedded one.

describe('the recipe of the data', () => {
  it.each(Object.keys(RECIPES) as RecipeId[])(
    '%s reaches training, evaluation, page and weights',
    async (recipe) => {
      const { train, test } = noiseData();
      const data = { train: { ...train, recipe }, test: { ...test, recipe } };
      const run = await new RecordedSession({ data }).whole({ ...TINY, steps: 1 });
      const { training, evaluation } = RECIPES[recipe];
      expect(run.setups[0]!.trainingNormalisation).toEqual(training);
      expect(run.setups[0]!.evaluationNormalisation).toEqual(evaluation);
      expect(run.of('ready')[0]!.ready.data.recipe).toBe(recipe);
      expect(run.of('weights')[0]!.weights.architecture).toMatchObject(evaluation);
    },
  );

  it('changes what is learned: CIFAR-100 is normalised and blurred otherwise than CIFAR-10', async () => {
    const { train, test } = noiseData();
    const losses = async (recipe: RecipeId) => {
      const data = { train: { ...train, recipe }, test: { ...test, recipe } };
      const run = await new RecordedSession({ data }).whole({ ...TINY, steps: 2 });
      return run.rows.map(({ loss }) => loss);
    };
    expect(await losses('cifar100')).not.toEqual(await losses('cifar10'));
  });
});
