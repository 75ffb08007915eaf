import type { RunConfig } from '../../config.ts';
import type { Portion } from '../../data/images/arrival.ts';
import type { TrainAndTest } from '../../data/images/dataset.ts';
import { evaluationMacs } from '../../evaluate/evaluation.ts';
import { pixelFloorMacs } from '../../evaluate/pixelFloors.ts';
import {
  largestSample,
  randomOrder,
  type SampleOrder,
  smallestSample,
  storedOrder,
  wholeSize,
} from '../../evaluate/sample.ts';
import type { SampleSize } from '../../metrics.ts';
import type { Network } from '../../network/layers.ts';
import { trainingMacs } from '../../network/macs.ts';
import type { System } from '../../network/systems.ts';
import { stream } from '../../random.ts';

/** Step of the first early evaluation. Each further one comes after twice as many steps. */
const FIRST = 20;
/** No early evaluation comes after this share of the steps to the first regular one. */
const EARLY = 0.75;

/**
 * What pixels may cost at the end of any run, MACs, however short it was: some ten seconds on WASM. For it
 * 1,000 test images of 32 pixels are compared with 5,000. The last evaluation has no limit either, and a
 * floor on few images would be another one for each run.
 */
const LAST_PIXELS = 1e11;

/** What the plan of a run's evaluations follows from. */
export interface Planned {
  readonly config: RunConfig;
  readonly network: Network;
  readonly system: System;
  readonly data: TrainAndTest;
  readonly stepsPerEpoch: number;
}

/**
 * After which steps a run is evaluated, and on how many images. It follows from the run's settings alone and
 * not from any clock, so that a run which continues from a checkpoint, and the same run on another machine,
 * make the same rows.
 */
export class EvaluationPlan {
  readonly whole: SampleSize;
  /** In this order the images are taken: a smaller sample is the beginning of a larger one. */
  readonly order: SampleOrder;
  /** Steps between two regular evaluations. */
  private readonly every: number;
  /** Steps of the early evaluations, in order. */
  private readonly early: readonly number[];

  constructor(private readonly planned: Planned) {
    const { config, data, stepsPerEpoch } = planned;
    this.whole = wholeSize(data);
    this.every = config.evaluateEvery * stepsPerEpoch;
    this.early = this.bounded ? earlySteps(EARLY * this.every) : [];
    this.order = this.bounded ? randomOrder(data, stream(config.seed, 'evaluation')) : storedOrder(data);
  }

  private get bounded(): boolean {
    return this.planned.config.evaluationShare < 1;
  }

  /** Whether an evaluation comes after `step` steps. The last one of the run is not part of the plan. */
  isDue(step: number): boolean {
    return step > 0 && (step % this.every === 0 || this.early.includes(step));
  }

  /** The images of the evaluation after `step` steps. */
  sizeAt(step: number): SampleSize {
    return this.sizeFor(step - this.before(step));
  }

  /** The images on which floors are measured before the first step: those of the first evaluation. */
  get firstFloors(): SampleSize {
    return this.sizeFor(Math.min(FIRST, this.every, this.planned.config.steps));
  }

  /** What must be there of the data for an evaluation of this size. */
  needs({ bank }: SampleSize): Portion {
    const { data } = this.planned;
    // Labelled images of their own come with the training images.
    const rows = this.order.bank.subarray(0, data.bank ? 0 : bank);
    return { train: rows.reduce((most, row) => Math.max(most, row + 1), 0), test: true };
  }

  /** The images on which the untrained network is evaluated once more, at the end of `steps` steps. */
  lastUntrained(steps: number): SampleSize {
    return this.sizeFor(steps);
  }

  /**
   * The images on which pixels are compared once more, at the end of `steps` steps: all, if that is no more
   * than `LAST_PIXELS` or what the training allows. Else all are learnt from, as in the last evaluation, if
   * that leaves test images enough.
   */
  lastPixels(steps: number): SampleSize {
    const { whole } = this;
    if (!this.bounded) return whole;
    const macsOf = (size: SampleSize) => pixelFloorMacs(this.planned.data.test.size, size);
    const most = Math.max(LAST_PIXELS, this.macsFor(steps));
    const [none, one] = [0, 1].map((test) => macsOf({ bank: whole.bank, test }));
    const test = Math.floor((most - none!) / (one! - none!));
    if (test >= Math.min(whole.test, smallestSample(whole).test))
      return { bank: whole.bank, test: Math.min(whole.test, test) };
    return largestSample(whole, most, macsOf);
  }

  /** What may be spent on an evaluation after so many steps of training, MACs. */
  private macsFor(steps: number): number {
    const { config, network, system } = this.planned;
    return config.evaluationShare * steps * trainingMacs(network, system, config.batch);
  }

  /** The images that may be evaluated for so many steps of training. */
  private sizeFor(steps: number): SampleSize {
    if (!this.bounded) return this.whole;
    const { network, system } = this.planned;
    return largestSample(this.whole, this.macsFor(steps), (size) =>
      evaluationMacs(network, system.branches, size),
    );
  }

  /** The step of the evaluation before; 0 if there is none. */
  private before(step: number): number {
    const regular = Math.floor((step - 1) / this.every) * this.every;
    return regular > 0 ? regular : (this.early.findLast((early) => early < step) ?? 0);
  }
}

/** Steps of the early evaluations that come after at most `last` steps. */
function earlySteps(last: number): readonly number[] {
  const steps: number[] = [];
  for (let step = FIRST; step <= last; step *= 2) steps.push(step);
  return steps;
}
