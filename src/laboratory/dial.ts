import { type Evaluation, evaluate, evaluationMacs } from '../evaluate/evaluation.ts';
import { randomOrder, storedOrder, wholeSize } from '../evaluate/sample.ts';
import type { SampleSize } from '../metrics.ts';
import { isSlim } from '../network/slim.ts';
import { stream } from '../random.ts';
import type { DialPoint } from '../run/dial.ts';
import { standardError } from '../statistics/confidence.ts';
import { nestedness } from '../statistics/nestedness.ts';
import { DialMaps } from './dialMaps.ts';
import {
  type Calibrated,
  type Calibration,
  checkBudget,
  shiftCalibration,
  widthCalibration,
} from './dialSettings.ts';
import type { DialOrder, DialOutcome } from './door/dialOrder.ts';
import { doJobs, type Job, type JobProgress } from './jobs.ts';
import type { Laboratory, OnWork } from './laboratory.ts';
import { Refusal } from './refusal.ts';

/** A map image is drawn in the time of about so many MACs. */
const DRAWN_MACS = 2e7;

/**
 * Carries out an order of a dial, from the largest budget to the smallest.
 * @param tell may wait, and throws to cancel
 * @throws Refusal for a network that serves one budget only, and for shares that are none
 */
export async function performDial(
  laboratory: Laboratory,
  order: DialOrder,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<DialOutcome> {
  const began = performance.now();
  const budgets = budgetsOf(order);
  const calibration = calibrationOf(laboratory);
  const sample = sampleSize(laboratory, order);
  const points = new Points(laboratory, order, calibration, sample);
  await doJobs(
    budgets.flatMap((budget) => points.jobs(budget)),
    tell,
  );
  const { step } = order;
  const dial = { step, images: calibration.images, sample, points: points.done.toReversed() };
  return { kind: 'dial', dial, seconds: (performance.now() - began) / 1000 };
}

/** The budgets from the largest to the smallest. @throws Refusal */
function budgetsOf({ budgets }: DialOrder): number[] {
  if (budgets.length === 0) checkBudget(undefined);
  for (const budget of budgets) checkBudget(budget);
  return [...new Set(budgets)].toSorted((a, b) => b - a);
}

/** @throws Refusal for a dense network */
function calibrationOf(laboratory: Laboratory): Calibration {
  const { network, weights } = laboratory;
  if (network.spec.gated) return shiftCalibration(laboratory);
  if (weights.architecture.branches.some(isSlim)) return widthCalibration(laboratory);
  throw new Refusal(
    'dial: the network must have gates or narrow widths to serve more than one budget, and this one is dense: it computes all of its channels for every image. Train a gated or a slimmable system.',
  );
}

function sampleSize({ data }: Laboratory, { sample }: DialOrder): SampleSize {
  const whole = wholeSize(data);
  if (sample === null) return whole;
  return { bank: Math.min(sample.bank, whole.bank), test: Math.min(sample.test, whole.test) };
}

/** The points of one order, from the largest budget on. */
class Points {
  readonly done: DialPoint[] = [];
  /** Gates of the test images at the point before. */
  #larger: Evaluation['gates'] | null = null;
  readonly #maps: DialMaps | null;

  constructor(
    private readonly laboratory: Laboratory,
    private readonly order: DialOrder,
    private readonly calibration: Calibration,
    private readonly sample: SampleSize,
  ) {
    this.#maps = order.map && new DialMaps(order.map, order.step);
  }

  jobs(budget: number): Job[] {
    const { network } = this.laboratory;
    const { images, passes } = this.calibration;
    const { map } = this.order;
    let calibrated: Calibrated | null = null;
    let evaluation: Evaluation | null = null;
    const calibrate: Job = {
      task: `Calibrating at ${budget}`,
      unit: 'images',
      cost: passes * images * network.denseMacs,
      work: async (onWork) => {
        calibrated = await this.calibration.find(budget, onWork);
      },
    };
    const measure: Job = {
      task: `Measuring at ${budget}`,
      unit: 'images',
      cost: evaluationMacs(network, ['dense'], this.sample),
      work: async (onWork) => {
        evaluation = await this.#measured(calibrated!, onWork);
      },
    };
    const draw: Job = {
      task: map ? `Drawing at ${budget}` : `Measuring at ${budget}`,
      unit: 'epochs',
      cost: map ? Math.min(map.images, this.sample.test) * DRAWN_MACS : 0,
      work: async (onWork) => {
        const moment = (await this.#maps?.moment(calibrated!.branch, evaluation!, onWork)) ?? null;
        this.#add(budget, calibrated!, evaluation!, moment);
      },
    };
    return [calibrate, measure, draw];
  }

  async #measured({ branch, encoder, dispose }: Calibrated, onWork: OnWork): Promise<Evaluation> {
    const { data, network } = this.laboratory;
    const { shuffle } = this.order;
    const order = shuffle === null ? storedOrder(data) : randomOrder(data, stream(shuffle, 'evaluation'));
    try {
      return await evaluate(
        encoder,
        network,
        [branch],
        data,
        { order, size: this.sample, probe: false },
        onWork,
      );
    } finally {
      dispose();
    }
  }

  #add(
    budget: number,
    { setting, ratio, reach, branch }: Calibrated,
    { knn20, macs, channelUsage, gates, size }: Evaluation,
    moment: DialPoint['moment'],
  ): void {
    const accuracy = knn20[branch] ?? null;
    this.done.push({
      ...{ budget, setting, reach, channelUsage, moment },
      calibrated: ratio,
      macRatio: macs.ratio ?? ratio,
      knn20: accuracy,
      standardError: accuracy === null ? null : standardError(accuracy, size.test),
      nestedness: this.#larger && nestedness(gates, this.#larger),
    });
    this.#larger = gates;
  }
}
