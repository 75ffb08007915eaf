import type { Chances } from '../evaluate/chance.ts';
import { type Comparison, distanceOf } from '../evaluate/comparison.ts';
import { accuracy, knnCaution } from '../evaluate/knn.ts';
import { linearProbe, PROBE_TRAINING } from '../evaluate/linearProbe.ts';
import { type Moments, moments } from '../evaluate/moments.ts';
import { nearestRows } from '../evaluate/nearest.ts';
import { classify, type LinearProbe, ridgeProbe } from '../evaluate/ridge.ts';
import { featureRows, type Rows } from '../evaluate/rows.ts';
import { prefixOf, sharedProbe } from '../evaluate/sharedProbe.ts';
import { spreadOf } from '../evaluate/spectrum/collapse.ts';
import type { Branch } from '../metrics.ts';
import { frozenMacs } from '../network/slice.ts';
import { branchMacs, isSlim } from '../network/slim.ts';
import { stream } from '../random.ts';
import { standardError } from '../statistics/confidence.ts';
import { gateUsage } from '../statistics/gateUsage.ts';
import { measureResult, scoreOf } from './classifiers.ts';
import type {
  BranchFacts,
  BranchSpread,
  DataFacts,
  MatryoshkaCurve,
  MeasureResult,
  MeasuresOrder,
  MeasuresOutcome,
  Score,
} from './door/measuresOrder.ts';
import { doJobs, type Job, type JobProgress } from './jobs.ts';
import { type EncodedSets, hasLabels, isCut, type Laboratory, type OnWork } from './laboratory.ts';
import { knnWords, LINEAR_WORDS, PLAIN_LOOP, PROBE_SEED, RIDGE_WORDS, SHARED_WORDS } from './measureWords.ts';
import { answersOf, searchCost, searchesOf, whitenedRows } from './neighbours.ts';
import { PixelMeasures } from './pixelMeasures.ts';

/** Carries out an order of measures. @param tell may wait, and throws to cancel */
export async function measure(
  laboratory: Laboratory,
  order: MeasuresOrder,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<MeasuresOutcome> {
  const began = performance.now();
  const { branches } = laboratory.weights.architecture;
  const labelled = hasLabels(laboratory.data);
  const measuring = new Measuring(laboratory, labelled ? order : { ...UNLABELLED, spread: order.spread });
  await doJobs([...branches.flatMap((branch) => measuring.jobs(branch)), ...measuring.pixelJobs()], tell);
  return {
    kind: 'measures',
    data: dataFacts(laboratory.data),
    branches: branches.map((branch) => measuring.facts(branch)),
    measures: measuring.results(),
    matryoshka: measuring.matryoshka,
    spreads: measuring.spreads,
    seconds: (performance.now() - began) / 1000,
  };
}

/** The measures that need no labels. */
const UNLABELLED: MeasuresOrder = {
  kind: 'measures',
  knn: [],
  ridge: false,
  linear: false,
  matryoshka: false,
  spread: true,
  floors: false,
};

/** The images of an order, in numbers. */
export function dataFacts(data: Laboratory['data']): DataFacts {
  const { train, test } = data;
  if (!hasLabels(data)) {
    return { name: train.name, train: train.count, test: test.count, classes: 0, fewest: 0, most: 0 };
  }
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

function ones(gates: Uint8Array): number {
  return gates.reduce((sum, gate) => sum + gate, 0);
}

/** 1, 2, 4 … below a number, and the number itself. */
export function matryoshkaDimensions(dimension: number): number[] {
  const dimensions: number[] = [];
  for (let m = 1; m < dimension; m *= 2) dimensions.push(m);
  return [...dimensions, dimension];
}

/** One order of measures, with what was encoded and found so far. */
class Measuring {
  readonly matryoshka: MatryoshkaCurve[] = [];
  readonly spreads: BranchSpread[] = [];
  readonly #laboratory: Laboratory;
  readonly #order: MeasuresOrder;
  readonly #pixels: PixelMeasures | null;
  readonly #sets = new Map<Branch, EncodedSets>();
  readonly #moments = new Map<Branch, Moments>();
  readonly #scores = new Map<string, Score[]>();

  constructor(laboratory: Laboratory, order: MeasuresOrder) {
    this.#laboratory = laboratory;
    this.#order = order;
    this.#pixels = order.floors ? new PixelMeasures(laboratory.data, order) : null;
  }

  facts(branch: Branch): BranchFacts {
    const { network, inner } = this.#laboratory;
    const { dimension, test } = this.#known(this.#sets, branch);
    if (isCut(this.#laboratory)) {
      const { count } = this.#laboratory.data.test;
      const open = inner.map((channels, l) => (test.gates[l] ? ones(test.gates[l]) / count : channels));
      return { branch, dimension, macs: frozenMacs({ network, inner }, open) };
    }
    const gated = branch === 'gated' ? gateUsage(network, test.gates).macs.gated : null;
    return { branch, dimension, macs: gated ?? branchMacs(network, branch) };
  }

  jobs(branch: Branch): Job[] {
    const { network, data } = this.#laboratory;
    const { train, test } = data;
    const { knn, ridge, linear, matryoshka, spread } = this.#order;
    const encode: Job = {
      task: `Encoding, ${branch}`,
      unit: 'images',
      cost: this.#laboratory.has(branch) ? 0 : (train.count + test.count) * branchMacs(network, branch),
      work: async (onWork) => {
        this.#sets.set(branch, await this.#laboratory.encoded(branch, onWork));
      },
    };
    const searches = searchesOf(knn).map(
      ({ distance, ks }): Job => ({
        task: `Neighbours (${distance}), ${branch}`,
        unit: 'searches',
        cost: searchCost(train.count, test.count, network.features),
        work: (onWork) => this.#search(branch, distance, ks, onWork),
      }),
    );
    const learn: Job = {
      task: `Closed forms, ${branch}`,
      unit: 'images',
      cost: train.count * network.features ** 2,
      work: (onWork) => this.#learn(branch, onWork),
    };
    const probe: Job = {
      task: `Linear probe, ${branch}`,
      unit: 'passes',
      cost: PLAIN_LOOP * PROBE_TRAINING.passes * train.count * network.features * train.classes.length,
      work: (onWork) => this.#train(branch, onWork),
    };
    const isWhitened = knn.some(({ distance }) => distance === 'whitened');
    const closedForms = ridge || linear || matryoshka || spread || isWhitened;
    return [encode, ...(closedForms ? [learn] : []), ...searches, ...(linear ? [probe] : [])];
  }

  pixelJobs(): Job[] {
    return this.#pixels?.jobs() ?? [];
  }

  results(): MeasureResult[] {
    const { train, test } = this.#laboratory.data;
    const { knn, ridge, linear } = this.#order;
    type Words = Pick<MeasureResult, 'id' | 'label' | 'recipe'>;
    const result = (words: Words, caution: string | null = null) =>
      measureResult(
        { ...words, caution, floors: this.#pixels?.scores(words.id) ?? [] },
        this.#scores.get(words.id) ?? [],
        test.count,
      );
    if (ridge) this.#share();
    return [
      ...knn.map((choice) => result(knnWords(choice), knnCaution(choice.k, train.count))),
      ...(ridge ? [result(RIDGE_WORDS)] : []),
      ...(this.#scores.has(SHARED_WORDS.id) ? [result(SHARED_WORDS)] : []),
      ...(linear ? [result(LINEAR_WORDS)] : []),
    ];
  }

  #rows(branch: Branch, role: 'train' | 'test'): Rows {
    const sets = this.#known(this.#sets, branch);
    return featureRows(sets[role].features, sets.dimension);
  }

  /** One search with the largest number of neighbours serves all smaller ones. */
  async #search(branch: Branch, distance: Comparison, ks: readonly number[], onWork: OnWork): Promise<void> {
    const plain = { bank: this.#rows(branch, 'train'), test: this.#rows(branch, 'test') };
    const isWhitened = distance === 'whitened';
    const { bank, test } = isWhitened ? await whitenedRows(plain, this.#known(this.#moments, branch)) : plain;
    const nearest = await nearestRows(bank, test, Math.max(...ks), distanceOf(distance), onWork);
    for (const k of ks) {
      const choice = { k, distance };
      const { predictions, chances } = answersOf(nearest, choice, bank, this.#laboratory.data.train);
      this.#score(knnWords(choice).id, branch, predictions, chances);
    }
  }

  /** Computes all that follows from second moments, without another look at the training images. */
  async #learn(branch: Branch, onWork: OnWork): Promise<void> {
    const { train, test } = this.#laboratory.data;
    // Without labels, all images are of one class.
    const classes = Math.max(1, train.classes.length);
    const known = await moments(this.#rows(branch, 'train'), train.labels, classes, onWork);
    this.#moments.set(branch, known);
    const { ridge, matryoshka, spread } = this.#order;
    if (ridge) this.#score(RIDGE_WORDS.id, branch, this.#classified(branch, ridgeProbe(known)));
    if (spread) this.spreads.push({ branch, ...spreadOf(known) });
    if (matryoshka) {
      const points = matryoshkaDimensions(known.dimension).map((dimension) => {
        const share = accuracy(this.#classified(branch, ridgeProbe(known, dimension)), test.labels);
        return { dimension, accuracy: share, standardError: standardError(share, test.count) };
      });
      this.matryoshka.push({ branch, points });
    }
  }

  async #train(branch: Branch, onWork: OnWork): Promise<void> {
    const { labels } = this.#laboratory.data.train;
    const known = this.#known(this.#moments, branch);
    const random = stream(PROBE_SEED, 'order');
    const probe = await linearProbe(this.#rows(branch, 'train'), labels, known, random, onWork);
    this.#score(LINEAR_WORDS.id, branch, this.#classified(branch, probe));
  }

  /** For a slimmable network: the widths' accuracies with one shared probe. */
  #share(): void {
    const { branches } = this.#laboratory.weights.architecture;
    if (!branches.some(isSlim)) return;
    const widths = branches.map((branch) => this.#known(this.#moments, branch));
    const shared = sharedProbe(widths);
    for (const branch of branches)
      this.#score(
        SHARED_WORDS.id,
        branch,
        this.#classified(branch, prefixOf(shared, this.facts(branch).dimension)),
      );
  }

  /** The classes that a probe gives the test images. */
  #classified(branch: Branch, probe: LinearProbe): Uint8Array {
    return classify(probe, this.#rows(branch, 'test'), this.#known(this.#moments, branch));
  }

  #score(id: string, branch: Branch, predictions: Uint8Array, chances?: Chances): void {
    const scores = this.#scores.get(id) ?? [];
    scores.push(scoreOf(branch, predictions, this.#laboratory.data.test, chances));
    this.#scores.set(id, scores);
  }

  #known<T>(found: ReadonlyMap<Branch, T>, branch: Branch): T {
    const value = found.get(branch);
    if (value === undefined) throw new Error(`measure: ${branch} must be encoded before it is measured`);
    return value;
  }
}
