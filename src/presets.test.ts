import { expect, it } from 'vitest';
import { RECIPES, type RecipeId } from './data/images/recipe.ts';
import { authorsRate, PRESETS, presetFor } from './presets.ts';

it('every data set has a run of minutes, which is chosen by itself, and the authors’ numbers', () => {
  for (const recipe of Object.keys(RECIPES) as RecipeId[]) {
    expect(presetFor(recipe).kind, recipe).toBe('short');
    const { config } = PRESETS.find(({ data, kind }) => data === recipe && kind === 'paper')!;
    expect(config, recipe).toMatchObject({ width: 64, projector: 2048, batch: 256, larsTrust: 0.02 });
  }
  expect(presetFor('emoji10').kind).toBe('short');
});

it('presets are told apart by id and label', () => {
  expect(new Set(PRESETS.map(({ id }) => id)).size).toBe(PRESETS.length);
  expect(new Set(PRESETS.map(({ label }) => label)).size).toBe(PRESETS.length);
});

it('no preset’s rate is far above the authors’ rule for its batch, and the papers’ are the rule', () => {
  expect(authorsRate(256)).toBe(0.3);
  expect(authorsRate(16)).toBe(0.0188);
  expect(authorsRate(1)).toBe(0.0012);
  for (const { id, kind, config } of PRESETS) {
    const rule = authorsRate(config.batch);
    expect(config.learningRate / rule, id).toBeLessThan(1.5);
    if (kind === 'paper') expect(config.learningRate, id).toBe(rule);
  }
});
