import { describe, expect, it } from 'vitest';
import type { TrainAndTest } from '../data/images/dataset.ts';
import { PIXEL_FLOORS } from '../metrics.ts';
import { noiseData, RecordedSession, TINY, unlabelled } from '../session/session.fixture.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import type { MeasuresOrder, MeasuresOutcome } from './door/measuresOrder.ts';
import { openLaboratory } from './laboratory.ts';
import { matryoshkaDimensions, measure } from './measure.ts';

const ALL: MeasuresOrder = {
  kind: 'measures',
  knn: [{ k: 1, distance: 'euclidean' }],
  ridge: true,
  linear: true,
  matryoshka: true,
  spread: true,
  floors: false,
};

async function measured(
  config: Partial<typeof TINY>,
  order = ALL,
  data: TrainAndTest = noiseData(40, 20),
): Promise<MeasuresOutcome> {
  const run = await new RecordedSession({ data }).whole({ ...TINY, steps: 2, ...config });
  const laboratory = await openLaboratory(run.of('weights')[0]!.weights, data, { pool: nodePlaces() });
  const outcome = await measure(laboratory, order, async () => {});
  laboratory.dispose();
  return outcome;
}

describe('all measures of a network', () => {
  it('belong together: the last point of a Matryoshka curve is the ridge probe', async () => {
    const { measures, matryoshka, spreads } = await measured({});
    expect(measures.map(({ id }) => id)).toEqual(['knn1-euclidean', 'ridge', 'linear']);
    const ridge = measures.find(({ id }) => id === 'ridge')!;
    expect(matryoshka.map(({ branch }) => branch)).toEqual(['gated', 'dense']);
    for (const [i, { points }] of matryoshka.entries()) {
      expect(points.map(({ dimension }) => dimension)).toEqual([1, 2, 4, 8, 16, 32]);
      expect(points.at(-1)!.accuracy).toBe(ridge.scores[i]!.accuracy);
    }
    for (const { effectiveRank, deviations, dimension } of spreads) {
      expect(dimension).toBe(32);
      expect(deviations).toHaveLength(32);
      expect(effectiveRank).toBeGreaterThan(1);
      expect(effectiveRank).toBeLessThanOrEqual(32);
    }
  });

  it('have whitened neighbours, which need second moments and nothing else', async () => {
    const knn = [
      { k: 20, distance: 'whitened' },
      { k: 1, distance: 'whitened' },
    ] as const;
    const order = { ...ALL, knn, ridge: false, linear: false, matryoshka: false, spread: false };
    const { measures } = await measured({}, order);
    expect(measures.map(({ id, label }) => [id, label])).toEqual([
      ['knn20-whitened', '20-NN, whitened'],
      ['knn1-whitened', '1-NN, whitened'],
    ]);
    expect(measures[0]!.recipe).toContain('λ = 0.02 of its mean eigenvalue');
    for (const { scores } of measures)
      for (const { accuracy, standardError } of scores)
        expect(standardError).toBeCloseTo(Math.sqrt((accuracy * (1 - accuracy)) / 20), 12);
  });

  it('come with the same of pixels, which no network has seen', async () => {
    const knn = (['cosine', 'euclidean', 'whitened'] as const).map((distance) => ({ k: 3, distance }));
    const order = { ...ALL, knn, floors: true, matryoshka: false, spread: false };
    const { measures } = await measured({ system: 'vicreg' }, order, noiseData(30, 6));
    const floors = new Map(measures.map(({ id, floors: found }) => [id, found.map(({ name }) => name)]));
    const [raw, centred, ...prepared] = Object.values(PIXEL_FLOORS);
    expect([...floors]).toEqual([
      ['knn3-cosine', [raw, centred, ...prepared]],
      ['knn3-euclidean', [raw, ...prepared]],
      ['knn3-whitened', ['reduced pixels']],
      ['ridge', ['reduced pixels']],
      ['linear', ['reduced pixels']],
    ]);
    for (const { accuracy, standardError } of measures.flatMap(({ floors: found }) => found))
      expect(standardError).toBeCloseTo(Math.sqrt((accuracy * (1 - accuracy)) / 6), 12);
  });

  it('leave out what was not ordered', async () => {
    const order = { ...ALL, knn: [], linear: false, matryoshka: false, spread: false };
    const { measures, matryoshka, spreads } = await measured({ system: 'vicreg' }, order);
    expect(measures.map(({ id, scores }) => [id, scores.map(({ branch }) => branch)])).toEqual([
      ['ridge', ['dense']],
    ]);
    expect(measures[0]!.comparisons).toEqual([]);
    expect([matryoshka, spreads]).toEqual([[], []]);
  });

  it('of a slimmable network have a probe for each width, and one that all share', async () => {
    const { measures, branches } = await measured({
      system: 'slimmable',
      slimForm: 'slimclr',
      slowStart: false,
    });
    const dimensions = { slim25: 8, slim50: 16, slim75: 24, dense: 32 };
    expect(Object.fromEntries(branches.map(({ branch, dimension }) => [branch, dimension]))).toEqual(
      dimensions,
    );
    const scores = (id: string) => measures.find((result) => result.id === id)!.scores;
    expect(scores('ridge-shared').map(({ branch }) => branch)).toEqual(
      scores('ridge').map(({ branch }) => branch),
    );
    expect(measures.find(({ id }) => id === 'ridge')!.comparisons).toHaveLength(6);
  });
});

describe('images without labels', () => {
  const { train, test } = noiseData(40, 20);

  it('leave the spread of the features and the MACs to measure', async () => {
    const data = { train: unlabelled(train), test: unlabelled(test) };
    const { measures, matryoshka, spreads, branches, data: facts } = await measured({}, ALL, data);
    expect([measures, matryoshka]).toEqual([[], []]);
    expect(facts).toMatchObject({ train: 40, test: 20, classes: 0, fewest: 0, most: 0 });
    expect(branches.every(({ macs }) => macs > 0)).toBe(true);
    const labelled = await measured({});
    expect(spreads.map(({ effectiveRank }) => effectiveRank)).toEqual(
      labelled.spreads.map(({ effectiveRank }) => expect.closeTo(effectiveRank, 4)),
    );
  });

  it('are measured with the labels of a bank, which then counts as the training images', async () => {
    const bank = noiseData(30).train;
    const { measures, data: facts } = await measured({}, ALL, { train: unlabelled(train), bank, test });
    expect(facts).toMatchObject({ train: 30, classes: 10 });
    expect(measures.map(({ id }) => id)).toEqual(['knn1-euclidean', 'ridge', 'linear']);
  });
});

describe('matryoshkaDimensions', () => {
  it('are powers of two, and the whole', () => {
    expect(matryoshkaDimensions(1)).toEqual([1]);
    expect(matryoshkaDimensions(24)).toEqual([1, 2, 4, 8, 16, 24]);
    expect(matryoshkaDimensions(32)).toEqual([1, 2, 4, 8, 16, 32]);
  });
});
