import type { Encoder } from '../evaluate/encoding.ts';
import { FeatureFault } from '../evaluate/encoding.ts';
import {
  type Evaluation,
  type Extent,
  evaluate,
  type OnProgress,
  rawPixelAccuracy,
} from '../evaluate/evaluation.ts';
import { nextTask } from '../link/nextTask.ts';
import type { Floors, SampleSize } from '../metrics.ts';
import type { SessionNews } from '../run/protocol.ts';
import { cautionsNews, epochRow, featuresNews } from './evaluationNews.ts';
import { featureDivergence } from './failure.ts';
import type { Stage } from './stage.ts';

/** What evaluations need of the session that they belong to. */
export interface EvaluatorLinks {
  /** Runs `work` when the engine has nothing else to do. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  tell(news: SessionNews, transfer?: readonly ArrayBuffer[]): void;
}

/** Called between parts of an evaluation: it waits, or throws, as the commands of the user require. */
export type Between = () => Promise<void>;

/** The evaluations of one run: what is measured when, and what is told of it. */
export class Evaluator {
  /** The newest evaluation, and the number of steps before it. */
  private newest: { readonly step: number; readonly result: Evaluation } | null = null;

  constructor(
    private readonly stage: Stage,
    private readonly links: EvaluatorLinks,
  ) {}

  /** Measures what a trained network must beat. */
  async floors(between: Between): Promise<Floors> {
    const { stage, links } = this;
    const { order, whole: size } = stage.plan;
    const onProgress = this.progressOf('Neighbours of raw pixels', 'comparisons', between);
    const rawPixels = await this.answered(() => rawPixelAccuracy(stage.data, { order, size }, onProgress));
    const untrained = await this.evaluate('Untrained network', size, 0, between);
    const floors = { rawPixels, untrained: untrained.knn20 };
    links.tell({ kind: 'floors', floors });
    this.tellFeatures(untrained, 0);
    return floors;
  }

  /** Makes the evaluation that is due after `step` steps. */
  async due(step: number, between: Between): Promise<void> {
    const { plan, batches } = this.stage;
    const epochs = step / batches.stepsPerEpoch;
    const task = `Evaluation after ${Number.isInteger(epochs) ? `epoch ${epochs}` : `step ${step}`}`;
    this.tellRow(await this.evaluate(task, plan.sizeAt(step), step, between), step);
  }

  /**
   * The evaluation of the last weights on all images. It is made again unless this step has just been
   * evaluated on all of them.
   * @param between may throw `Enough`
   */
  async final(step: number, between: Between): Promise<Evaluation> {
    const { whole } = this.stage.plan;
    const { newest } = this;
    if (newest?.step === step && isWhole(newest.result.size, whole)) return newest.result;
    const result = await this.evaluate('Final evaluation', whole, step, between);
    this.tellRow(result, step);
    return result;
  }

  /** Evaluates in parts, and hears commands in between. */
  private async evaluate(
    task: string,
    size: SampleSize,
    step: number,
    between: Between,
  ): Promise<Evaluation> {
    const { engine, network, system, data, config, plan } = this.stage;
    const onProgress = this.progressOf(task, 'images', between);
    const encoder: Encoder = { encode: (...images) => this.links.alone(() => engine.encode(...images)) };
    // The probe is told of the end of the run only, which an evaluation on all images may turn out to be.
    const extent: Extent = { order: plan.order, size, probe: isWhole(size, plan.whole) };
    try {
      return await this.answered(() => evaluate(encoder, network, system.branches, data, extent, onProgress));
    } catch (error) {
      if (!(error instanceof FeatureFault)) throw error;
      throw featureDivergence(step, error, config);
    }
  }

  private progressOf(task: string, unit: string, between: Between): OnProgress {
    return async (done, total) => {
      this.links.tell({ kind: 'progress', task, done, total, unit });
      await nextTask();
      await between();
    };
  }

  /** The result of `work`, if the engine still answers: the votes of k-NN may be cast on the same device. */
  private answered<T>(work: () => Promise<T>): Promise<T> {
    const { engine, data, system } = this.stage;
    return work().finally(() => this.links.alone(() => engine.encode(data.test, 0, 1, system.branches[0]!)));
  }

  private tellRow(result: Evaluation, step: number): void {
    this.newest = { step, result };
    const epoch = Math.floor(Math.max(0, step - 1) / this.stage.batches.stepsPerEpoch);
    this.links.tell({ kind: 'epoch', row: epochRow(result, epoch, step) });
    this.tellFeatures(result, step);
  }

  private tellFeatures(result: Evaluation, step: number): void {
    const { stage, links } = this;
    const epoch = Math.floor(Math.max(0, step - 1) / stage.batches.stepsPerEpoch);
    links.tell(cautionsNews(stage, result, step));
    const { news, transfer } = featuresNews(stage, result, epoch, step);
    links.tell(news, transfer);
  }
}

function isWhole(size: SampleSize, whole: SampleSize): boolean {
  return size.bank === whole.bank && size.test === whole.test;
}
