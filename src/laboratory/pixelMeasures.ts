import { accuracyWithChance, type Chances } from '../evaluate/chance.ts';
import { type Comparison, distanceOf } from '../evaluate/comparison.ts';
import { linearProbe, PROBE_TRAINING } from '../evaluate/linearProbe.ts';
import { type Moments, moments } from '../evaluate/moments.ts';
import { nearestRows } from '../evaluate/nearest.ts';
import { type PreparedRows, preparedRows, reducedRows } from '../evaluate/pixelFloors.ts';
import { classify, type LinearProbe, ridgeProbe } from '../evaluate/ridge.ts';
import { PIXEL_FLOORS, type PixelFloor } from '../metrics.ts';
import { stream } from '../random.ts';
import { standardError } from '../statistics/confidence.ts';
import type { FloorScore, MeasuresOrder } from './door/measuresOrder.ts';
import type { Job } from './jobs.ts';
import type { Laboratory, OnWork } from './laboratory.ts';
import { knnWords, LINEAR_WORDS, PLAIN_LOOP, PROBE_SEED, RIDGE_WORDS } from './measureWords.ts';
import { answersOf, searchCost, searchesOf, whitenedRows } from './neighbours.ts';

const REDUCED = 'reduced pixels';

/**
 * The floors that neighbours are found among. To the Euclidean distance, pixels without the bank's mean are
 * the same as pixels.
 */
const COMPARED: Readonly<Record<Exclude<Comparison, 'whitened'>, readonly PixelFloor[]>> = {
  cosine: ['rawPixels', 'centred', 'perImage', 'components'],
  euclidean: ['rawPixels', 'perImage', 'components'],
};

/** The measures of an order, taken of pixels as they are taken of features, without any network. */
export class PixelMeasures {
  readonly #data: Laboratory['data'];
  readonly #order: MeasuresOrder;
  readonly #reduced: PreparedRows;
  readonly #scores = new Map<string, FloorScore[]>();
  #moments: Moments | null = null;

  constructor(data: Laboratory['data'], order: MeasuresOrder) {
    this.#data = data;
    this.#order = order;
    this.#reduced = { bank: reducedRows(data.train), test: reducedRows(data.test) };
  }

  /** The floors of a measure. */
  scores(id: string): readonly FloorScore[] {
    return this.#scores.get(id) ?? [];
  }

  jobs(): Job[] {
    const { knn, ridge, linear } = this.#order;
    const { train } = this.#data;
    const { dimension } = this.#reduced.bank;
    const searches = searchesOf(knn);
    const isWhitened = searches.some(({ distance }) => distance === 'whitened');
    const learn: Job = {
      task: `Closed forms, ${REDUCED}`,
      unit: 'images',
      cost: train.count * dimension ** 2,
      work: (onWork) => this.#learn(onWork),
    };
    const probe: Job = {
      task: `Linear probe, ${REDUCED}`,
      unit: 'passes',
      cost: PLAIN_LOOP * PROBE_TRAINING.passes * train.count * dimension * train.classes.length,
      work: (onWork) => this.#train(onWork),
    };
    return [
      ...(ridge || linear || isWhitened ? [learn] : []),
      ...searches.flatMap(({ distance, ks }) => this.#searches(distance, ks)),
      ...(linear ? [probe] : []),
    ];
  }

  #searches(distance: Comparison, ks: readonly number[]): Job[] {
    const { train, test } = this.#data;
    const search = (name: string, dimension: number, rows: () => Promise<PreparedRows>): Job => ({
      task: `Neighbours (${distance}), ${name}`,
      unit: 'searches',
      cost: searchCost(train.count, test.count, dimension),
      work: async (onWork) => this.#search(name, await rows(), distance, ks, onWork),
    });
    if (distance === 'whitened') {
      const rows = () => whitenedRows(this.#reduced, this.#known());
      return [search(REDUCED, this.#reduced.bank.dimension, rows)];
    }
    return COMPARED[distance].map((floor) =>
      search(PIXEL_FLOORS[floor], 3 * train.size ** 2, () => preparedRows(floor, train, test)),
    );
  }

  async #search(
    name: string,
    { bank, test }: PreparedRows,
    distance: Comparison,
    ks: readonly number[],
    onWork: OnWork,
  ): Promise<void> {
    const nearest = await nearestRows(bank, test, Math.max(...ks), distanceOf(distance), onWork);
    for (const k of ks) {
      const choice = { k, distance };
      const { predictions, chances } = answersOf(nearest, choice, bank, this.#data.train);
      this.#score(knnWords(choice).id, name, predictions, chances);
    }
  }

  async #learn(onWork: OnWork): Promise<void> {
    const { labels, classes } = this.#data.train;
    this.#moments = await moments(this.#reduced.bank, labels, classes.length, onWork);
    if (this.#order.ridge) this.#classify(RIDGE_WORDS.id, ridgeProbe(this.#moments));
  }

  async #train(onWork: OnWork): Promise<void> {
    const { labels } = this.#data.train;
    const random = stream(PROBE_SEED, 'order');
    const probe = await linearProbe(this.#reduced.bank, labels, this.#known(), random, onWork);
    this.#classify(LINEAR_WORDS.id, probe);
  }

  #classify(id: string, probe: LinearProbe): void {
    this.#score(id, REDUCED, classify(probe, this.#reduced.test, this.#known()), new Map());
  }

  #score(id: string, name: string, predictions: Uint8Array, chances: Chances): void {
    const { labels } = this.#data.test;
    const accuracy = accuracyWithChance(predictions, labels, chances);
    const score = { name, accuracy, standardError: standardError(accuracy, labels.length) };
    this.#scores.set(id, [...this.scores(id), score]);
  }

  #known(): Moments {
    if (this.#moments === null) throw new Error('measure: pixels must be summed up before they are whitened');
    return this.#moments;
  }
}
