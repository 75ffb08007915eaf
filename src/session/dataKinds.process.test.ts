import { describe, expect, it } from 'vitest';
import { independentFeatures } from '../../e2e/independentForward.ts';
import { RECIPES, type RecipeId } from '../data/images/recipe.ts';
import { chunkOf } from '../evaluate/encoding.ts';
import { deviation } from '../method/numbers.fixture.ts';
import { networkOf } from '../network/fromConfig.ts';
import { tensorValues } from '../network/weights.ts';
import { eventsOf, parseRunFile, runFileOf } from '../run/files/runFile.ts';
import { addToRecord, EMPTY_RECORD } from '../run/record.ts';
import { summaryOf } from '../run/sets/runSummary.ts';
import { noiseData, RecordedSession, TINY, unlabelled } from './session.fixture.ts';

// How a run treats data sets other than the embedded one.

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

describe('images that nobody labelled', () => {
  const { train, test } = noiseData();
  const data = { train: unlabelled(train), test: unlabelled(test) };

  it('are trained on and mapped to the end; whatever asks for labels is null', async () => {
    const run = await new RecordedSession({ data }).whole(TINY);
    const none = { gated: null, dense: null };
    expect(run.of('floors')[0]!.floors).toMatchObject({ rawPixels: null, untrained: none });
    const { final } = run.of('finished')[0]!;
    expect(final).toMatchObject({
      knn20: { ...none, rawPixels: null, untrained: none },
      ridge: null,
      correct: {},
    });
    expect(run.of('epoch').map(({ row }) => row.knn20)).toEqual([none, none]);
    // Gates, their MACs and the maps need no labels.
    expect(final.macs.ratio).toBeGreaterThan(0);
    expect(run.of('epoch').at(-1)!.row.channelUsage).toHaveLength(8);
    const { features, gates, count } = run.of('features').at(-1)!;
    expect(count).toBe(test.count);
    expect(features.gated!.some((value) => value > 0)).toBe(true);
    expect(gates).toHaveLength(8);
  });

  it('teach the same as with labels, bit for bit', async () => {
    const [without, labelled] = await Promise.all(
      [data, noiseData()].map((images) => new RecordedSession({ data: images }).whole(TINY)),
    );
    expect(without!.rows).toEqual(labelled!.rows);
    expect(without!.of('weights')[0]!.weights).toEqual(labelled!.of('weights')[0]!.weights);
    expect(without!.of('finished')[0]!.final.macs).toEqual(labelled!.of('finished')[0]!.final.macs);
  });

  it('come back from a run file, and are summed up without accuracies', async () => {
    const run = await new RecordedSession({ data }).whole({ ...TINY, steps: 2 });
    const kept = run.events.reduce(addToRecord, EMPTY_RECORD);
    const file = parseRunFile(JSON.stringify(runFileOf(TINY, kept)));
    const again = eventsOf(file, 'again').reduce(addToRecord, EMPTY_RECORD);
    expect(again.floors).toEqual(kept.floors);
    expect(again.final).toEqual(kept.final);
    const summary = summaryOf({
      ...{ config: TINY, record: kept },
      source: null,
      seconds: null,
      endedOn: null,
    });
    expect(summary).toMatchObject({ rawPixels: null });
    expect(summary!.branches.map(({ branch, knn20, ridge }) => [branch, knn20, ridge])).toEqual([
      ['gated', null, null],
      ['dense', null, null],
    ]);
  });
});

describe('a labelled bank beside unlabelled training images', () => {
  const { train, test } = noiseData();
  const bank = noiseData(24).train;
  const data = { train: unlabelled(train), bank, test };

  it('is what k-NN and probes learn from, and is counted', async () => {
    const run = await new RecordedSession({ data }).whole(TINY);
    expect(run.of('ready')[0]!.ready.data).toMatchObject({ train: 32, bank: 24, test: 10 });
    const { final } = run.of('finished')[0]!;
    // The fixture's classes differ in brightness, so raw pixels tell them apart better than chance does.
    expect(final.knn20.rawPixels).not.toBeNull();
    // Other labels in the bank change the answers, but not the training.
    const wrong = { ...bank, labels: bank.labels.map((label) => (label + 1) % 10) };
    const other = await new RecordedSession({ data: { ...data, bank: wrong } }).whole(TINY);
    expect(other.of('finished')[0]!.final.correct).not.toEqual(final.correct);
    expect(other.rows).toEqual(run.rows);
    expect(other.of('weights')[0]!.weights).toEqual(run.of('weights')[0]!.weights);
  });

  it('gives what training on its images with labels would give k-NN, where both are the same images', async () => {
    const same = { train: unlabelled(train), bank: train, test };
    const [banked, plain] = await Promise.all(
      [same, noiseData()].map((images) => new RecordedSession({ data: images }).whole({ ...TINY, steps: 3 })),
    );
    const { imagesPerSecond: _, ...final } = banked!.of('finished')[0]!.final;
    const { imagesPerSecond: __, ...expected } = plain!.of('finished')[0]!.final;
    expect(final).toEqual(expected);
  });

  it('is of no use to a test set without labels', async () => {
    const run = await new RecordedSession({ data: { ...data, test: unlabelled(test) } }).whole({
      ...TINY,
      steps: 1,
    });
    expect(run.of('ready')[0]!.ready.data).toMatchObject({ bank: null, classes: [] });
    expect(run.of('finished')[0]!.final.knn20.dense).toBeNull();
  });
});

describe('large images', () => {
  it('go through the 7×7 stem by themselves; an independent forward pass finds the same features', async () => {
    const data = noiseData(4, 2, 96);
    const config = { ...TINY, batch: 4, steps: 1, separateBn: true };
    const run = await new RecordedSession({ data }).whole(config);
    const { weights } = run.of('weights')[0]!;
    expect(weights.architecture).toMatchObject({ stem: 'imagenet', input: 96 });
    expect(run.of('ready')[0]!.ready.network.blocks.map(({ size }) => size)).toEqual([
      24, 24, 12, 12, 6, 6, 3, 3,
    ]);
    for (const branch of ['gated', 'dense'] as const) {
      const expected = tensorValues(weights.parity!.features[branch]!);
      const found = independentFeatures({ ...weights, parity: weights.parity! }, branch);
      expect(
        deviation(
          found.flatMap((row) => [...row]),
          expected,
        ),
      ).toBeLessThan(1e-4);
    }
  });

  it.each([
    [32, 2, 'cifar', 100],
    [64, 1, 'cifar', 28],
    [96, 1, 'imagenet', 50],
    [224, 1, 'imagenet', 9],
  ] as const)('of %i pixels (padding %i, %s) are evaluated by %i', (side, stemPadding, stem, images) => {
    const network = networkOf({ ...TINY, stemPadding }, side);
    expect(network.spec.stem).toBe(stem);
    expect(chunkOf(network)).toBe(images);
  });
});
