import type { EngineState } from '../../engine.ts';
import type { Encoder } from '../../evaluate/encoding.ts';
import { FeatureFault } from '../../evaluate/encoding.ts';
import { type Evaluation, type Extent, evaluate, type OnProgress } from '../../evaluate/evaluation.ts';
import { pixelFloors } from '../../evaluate/pixelFloors.ts';
import { nextTask } from '../../link/nextTask.ts';
import type { Floors, PerBranch, PixelFloors, SampleSize } from '../../metrics.ts';
import type { SessionNews } from '../../run/protocol.ts';
import { usageRow } from '../../statistics/gateUsage.ts';
import { featureDivergence } from '../failure.ts';
import { type Stage, seedState } from '../stage.ts';
import { cautionsNews, epochRow, featuresNews } from './evaluationNews.ts';

/** What evaluations need of the session that they belong to. */
export interface EvaluatorLinks {
  /** Runs `work` when the engine has nothing else to do. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  tell(news: SessionNews, transfer?: readonly ArrayBuffer[]): void;
}

/** Called between parts of an evaluation: it waits, or throws, as the commands of the user require. */
export type Between = () => Promise<void>;

interface Circumstances {
  /** Steps that were taken before. */
  readonly step: number;
  readonly between: Between;
  /** That of the links, unless the engine is reserved already. */
  readonly alone?: EvaluatorLinks['alone'];
}

const NO_NUMBERS: PerBranch = { gated: null, dense: null };

/** The evaluations of one run: what is measured when, and what is told of it. */
export class Evaluator {
  /** The newest evaluation, and the number of steps before it. */
  private newest: { readonly step: number; readonly result: Evaluation } | null = null;

  constructor(
    private readonly stage: Stage,
    private readonly links: EvaluatorLinks,
    private known: Floors | null,
  ) {}

  /** What a trained network must beat; null before it is measured. */
  get floors(): Floors | null {
    return this.known;
  }

  /**
   * Measures the floors on few images after `step` steps: before the first step, or when the images for it
   * have come. Those of pixels come with some data sets. A run that goes on from a checkpoint has no
   * untrained network at hand.
   */
  async firstFloors(step: number, between: Between): Promise<void> {
    const { data, plan } = this.stage;
    const size = plan.firstFloors;
    const pixels = pixelsIn(data.pixelFloors ?? (await this.pixels(size, between)));
    const measured = data.pixelFloors === undefined ? size : plan.whole;
    const { initial } = this.stage;
    if (step > 0 && initial === null) {
      const untrained = { bank: 0, test: 0 };
      this.know({ ...pixels, untrained: NO_NUMBERS, samples: { rawPixels: measured, untrained } });
      return;
    }
    const untrained =
      step > 0 && initial !== null
        ? await this.untrained(initial, size, between)
        : await this.evaluate('Untrained network', size, { step, between });
    const samples = { rawPixels: measured, untrained: size };
    this.know({ ...pixels, untrained: untrained.knn20, samples, ranks: untrained.ranks });
    const { gates } = untrained;
    // A look at the gates of a trained network is newer.
    if (gates.length > 0 && step === 0)
      this.links.tell({ kind: 'usage', row: usageRow(this.stage.network, gates, step) });
    this.tellFeatures(untrained, 0);
  }

  /**
   * Evaluates the network with its first weights in the middle of a run. Meanwhile nobody else sees the
   * engine, and afterwards it has its weights again.
   */
  private untrained(initial: EngineState, size: SampleSize, between: Between): Promise<Evaluation> {
    const { engine } = this.stage;
    return this.links.alone(async () => {
      const trained = await engine.state();
      await engine.load(initial);
      try {
        const alone: EvaluatorLinks['alone'] = (work) => work();
        return await this.evaluate('Untrained network', size, { step: 0, between, alone });
      } finally {
        await engine.load(trained);
      }
    });
  }

  /**
   * Measures the floors once more, after the last of `steps` steps, on as many images as the whole run allows
   * (evaluationPlan.ts). Floors that were measured on so many are kept.
   */
  async lastFloors(steps: number, between: Between): Promise<void> {
    const { plan, config, network, begunFromWeights } = this.stage;
    if (!this.known?.samples || this.known.rawPixels === null) return;
    const rawPixels = plan.lastPixels(steps);
    if (isLarger(rawPixels, this.known.samples.rawPixels)) {
      const pixels = pixelsIn(await this.pixels(rawPixels, between));
      this.know({ ...this.known, ...pixels, samples: { ...this.known.samples, rawPixels } });
    }
    const size = plan.lastUntrained(steps);
    if (begunFromWeights || !isLarger(size, this.known.samples.untrained)) return;
    const { knn20, ranks } = await this.untrained(seedState(config, network), size, between);
    const samples = { ...this.known.samples, untrained: size };
    this.know({ ...this.known, untrained: knn20, samples, ranks });
  }

  private know(floors: Floors): void {
    this.known = floors;
    this.links.tell({ kind: 'floors', floors });
  }

  private async pixels(size: SampleSize, between: Between): Promise<PixelFloors | null> {
    const { data, plan } = this.stage;
    const onProgress = this.progressOf('Neighbours of pixels', 'searches', between);
    return this.answered(this.links.alone, () => pixelFloors(data, { order: plan.order, size }, onProgress));
  }

  /** Makes the evaluation that is due after `step` steps. */
  async due(step: number, between: Between): Promise<void> {
    const { plan, batches } = this.stage;
    const epochs = step / batches.stepsPerEpoch;
    const task = `Evaluation after ${Number.isInteger(epochs) ? `epoch ${epochs}` : `step ${step}`}`;
    this.tellRow(await this.evaluate(task, plan.sizeAt(step), { step, between }), step);
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
    const result = await this.evaluate('Final evaluation', whole, { step, between });
    this.tellRow(result, step);
    return result;
  }

  /** Evaluates in parts, and hears commands in between. */
  private async evaluate(
    task: string,
    size: SampleSize,
    { step, between, alone = this.links.alone }: Circumstances,
  ): Promise<Evaluation> {
    const { engine, network, system, data, config, plan } = this.stage;
    const onProgress = this.progressOf(task, 'images', between);
    const encoder: Encoder = { encode: (...images) => alone(() => engine.encode(...images)) };
    // Only the end of a run tells of the probe, and an evaluation on all images may turn out to be the end.
    const extent: Extent = { order: plan.order, size, probe: isWhole(size, plan.whole) };
    try {
      return await this.answered(alone, () =>
        evaluate(encoder, network, system.branches, data, extent, onProgress),
      );
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
  private answered<T>(alone: EvaluatorLinks['alone'], work: () => Promise<T>): Promise<T> {
    const { engine, data, system } = this.stage;
    return work().finally(() => alone(() => engine.encode(data.test, 0, 1, system.branches[0]!)));
  }

  private tellRow(result: Evaluation, step: number): void {
    this.newest = { step, result };
    this.links.tell({ kind: 'epoch', row: epochRow(result, this.epochOf(step), step) });
    this.tellFeatures(result, step);
  }

  private tellFeatures(result: Evaluation, step: number): void {
    const { stage, links } = this;
    links.tell(cautionsNews(stage, result, step));
    const { news, transfer } = featuresNews(stage, result, this.epochOf(step), step);
    links.tell(news, transfer);
  }

  /** The epoch of the last of `step` steps. */
  private epochOf(step: number): number {
    return Math.floor(Math.max(0, step - 1) / this.stage.batches.stepsPerEpoch);
  }
}

/** How floors hold what was measured on pixels; null without labels. */
function pixelsIn(found: PixelFloors | null): Pick<Floors, 'rawPixels' | 'pixels'> {
  if (found === null) return { rawPixels: null };
  const { rawPixels, ...pixels } = found;
  return { rawPixels, pixels };
}

function isWhole(size: SampleSize, whole: SampleSize): boolean {
  return size.bank === whole.bank && size.test === whole.test;
}

function isLarger(size: SampleSize, other: SampleSize): boolean {
  return size.bank > other.bank || size.test > other.test;
}
