import { AUTHORS_KNN, castVotes, type KnnChoice, knnCaution, knnSettings } from '../evaluate/knn.ts';
import { type Moments, moments } from '../evaluate/moments.ts';
import { type Distance, nearestRows } from '../evaluate/nearest.ts';
import { classify, RIDGE_PENALTY, ridgeProbe } from '../evaluate/ridge.ts';
import { featureRows, type Rows } from '../evaluate/rows.ts';
import type { Branch } from '../metrics.ts';
import { branchMacs } from '../network/slim.ts';
import { measureResult, scoreOf } from './classifiers.ts';
import { doJobs, type Job, type JobProgress } from './jobs.ts';
import type { EncodedSets, Laboratory } from './laboratory.ts';
import type { DataFacts, MeasureResult, MeasuresOrder, MeasuresOutcome, Score } from './measuresOrder.ts';

/** Multiply-adds that a similarity costs beside its product, for being sorted in. */
const SELECTION = 30;

/** Carries out an order of measures. @param tell may wait, and throws to cancel */
export async function measure(
  laboratory: Laboratory,
  order: MeasuresOrder,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<MeasuresOutcome> {
  const began = performance.now();
  const { branches } = laboratory.weights.architecture;
  const bench = new Measuring(laboratory);
  await doJobs(
    [...branches].flatMap((branch) => bench.jobs(branch, order)),
    tell,
  );
  return {
    kind: 'measures',
    data: dataFacts(laboratory.data),
    branches: branches.map((branch) => ({ branch, dimension: bench.sets(branch).dimension })),
    measures: bench.results(order),
    seconds: (performance.now() - began) / 1000,
  };
}

/** The images of an order, in numbers. */
export function dataFacts({ train, test }: Laboratory['data']): DataFacts {
  const perClass = new Uint32Array(train.classes.length);
  for (const label of train.labels) perClass[label]!++;
  return {
    name: train.name,
    train: train.count,
    test: test.count,
    classes: train.classes.length,
    fewest: Math.min(...perClass),
    most: Math.max(...perClass),
  };
}

/** One order of measures: what was encoded and scored so far. */
class Measuring {
  readonly #laboratory: Laboratory;
  readonly #sets = new Map<Branch, EncodedSets>();
  readonly #moments = new Map<Branch, Moments>();
  readonly #scores = new Map<string, Score[]>();

  constructor(laboratory: Laboratory) {
    this.#laboratory = laboratory;
  }

  sets(branch: Branch): EncodedSets {
    const sets = this.#sets.get(branch);
    if (sets === undefined) throw new Error(`measure: ${branch} must be encoded before it is measured`);
    return sets;
  }

  jobs(branch: Branch, order: MeasuresOrder): Job[] {
    const { network, data } = this.#laboratory;
    const { train, test } = data;
    const encode: Job = {
      task: `Encoding, ${branch}`,
      unit: 'images',
      cost: this.#laboratory.has(branch) ? 0 : (train.count + test.count) * branchMacs(network, branch),
      work: async (onWork) => {
        this.#sets.set(branch, await this.#laboratory.encoded(branch, onWork));
      },
    };
    const searches = searchesOf(order.knn).map(
      ({ distance, ks }): Job => ({
        task: `Neighbours (${distance}), ${branch}`,
        unit: 'searches',
        cost: train.count * test.count * (network.features + SELECTION),
        work: (onWork) => this.#search(branch, distance, ks, onWork),
      }),
    );
    const learn: Job = {
      task: `Moments of features, ${branch}`,
      unit: 'images',
      cost: train.count * network.features ** 2,
      work: async (onWork) => {
        const { classes, labels } = train;
        const known = await moments(this.#rows(branch, 'train'), labels, classes.length, onWork);
        this.#moments.set(branch, known);
        if (order.ridge)
          this.#score('ridge', branch, classify(ridgeProbe(known), this.#rows(branch, 'test'), known));
      },
    };
    return [encode, ...searches, ...(order.ridge ? [learn] : [])];
  }

  results(order: MeasuresOrder): MeasureResult[] {
    const { train, test } = this.#laboratory.data;
    const result = (
      words: Omit<Parameters<typeof measureResult>[0], 'caution'>,
      caution: string | null = null,
    ) => measureResult({ ...words, caution }, this.#scores.get(words.id) ?? [], test.count);
    return [
      ...order.knn.map((choice) => result(knnWords(choice), knnCaution(choice.k, train.count))),
      ...(order.ridge ? [result(RIDGE)] : []),
    ];
  }

  #rows(branch: Branch, role: 'train' | 'test'): Rows {
    const sets = this.sets(branch);
    return featureRows(sets[role].features, sets.dimension);
  }

  /** One search serves all numbers of neighbours. */
  async #search(
    branch: Branch,
    distance: Distance,
    ks: readonly number[],
    onWork: (done: number, total: number) => Promise<void>,
  ): Promise<void> {
    const { train } = this.#laboratory.data;
    const [bank, queries] = [this.#rows(branch, 'train'), this.#rows(branch, 'test')];
    const nearest = await nearestRows(bank, queries, Math.max(...ks), distance, onWork);
    for (const k of ks) {
      const problem = { bankLabels: train.labels, classes: train.classes.length };
      const { predictions } = castVotes(nearest, { ...problem, ...knnSettings({ k, distance }) });
      this.#score(knnWords({ k, distance }).id, branch, predictions);
    }
  }

  #score(id: string, branch: Branch, predictions: Uint8Array): void {
    const scores = this.#scores.get(id) ?? [];
    scores.push(scoreOf(branch, predictions, this.#laboratory.data.test.labels));
    this.#scores.set(id, scores);
  }
}

const RIDGE = {
  id: 'ridge',
  label: 'Ridge probe',
  recipe: `Closed form: least squares of one-hot labels on standardised features, with a bias; λ = ${RIDGE_PENALTY} of the mean eigenvalue.`,
};

function knnWords(choice: KnnChoice): { id: string; label: string; recipe: string } {
  const { k, distance, temperature } = knnSettings(choice);
  const authors = k === AUTHORS_KNN.k && distance === AUTHORS_KNN.distance;
  const vote = distance === 'cosine' ? `exp(cosine / ${temperature})` : '1 / (distance + 1e-5)';
  return {
    id: `knn${k}-${distance}`,
    label: `${k}-NN, ${distance === 'cosine' ? 'cosine' : 'Euclidean'}`,
    recipe: `${k === 1 ? 'The nearest training image decides' : `Votes weigh ${vote}`}; bank: all training images, centre of the image, not augmented.${
      authors ? ' The setting of the authors’ logs.' : ''
    }`,
  };
}

/** The choices by distance: one search each. */
function searchesOf(choices: readonly KnnChoice[]): { distance: Distance; ks: number[] }[] {
  return (['cosine', 'euclidean'] as const).flatMap((distance) => {
    const ks = choices.filter((choice) => choice.distance === distance).map(({ k }) => k);
    return ks.length > 0 ? [{ distance, ks }] : [];
  });
}
