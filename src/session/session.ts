import { checkConfig } from '../config.ts';
import type { TrainAndTest } from '../data/holdOut.ts';
import type { Engine, EngineSetup } from '../engine.ts';
import type { Floors, StepRow } from '../metrics.ts';
import { SYSTEMS } from '../network/systems.ts';
import { corridorAt, learningRateAt } from './annealing.ts';
import { Batches } from './batches.ts';
import { type Evaluation, evaluate, rawPixelAccuracy } from './evaluation.ts';
import { divergence, failureNews, RunFailure } from './failure.ts';
import { StateMachine } from './machine.ts';
import { nextTask } from './nextTask.ts';
import type { Command, DataSource, EngineChoice, EngineInfo, SessionEvent, SessionNews } from './protocol.ts';
import { checkData, engineSetup, readyOf, type Stage } from './stage.ts';
import { weightsFileOf } from './weightsFile.ts';

/** What differs between a worker and the command line. */
export interface SessionHost {
  /** @param transfer buffers inside the event that the session has no more use for */
  emit(event: SessionEvent, transfer: readonly ArrayBuffer[]): void;
  loadData(source: DataSource, tell: (news: SessionNews) => void): Promise<TrainAndTest>;
  openEngine(choice: EngineChoice, setup: EngineSetup): Promise<{ engine: Engine; info: EngineInfo }>;
}

type Start = Extract<Command, { kind: 'start' }>;

/** Rows are sent together when steps are faster than this, milliseconds. */
const FLUSH_MS = 100;

/** Thrown through an evaluation that the user ended. */
class Stopped extends Error {}

/** One run, from its start command to its end: the loop that draws, steps, evaluates and tells. */
export class Session {
  private readonly machine = new StateMachine((state) => this.tell({ kind: 'state', state }));
  private run = '';
  private stage: Stage | null = null;
  private budget = 0;
  private pauseAsked = false;
  private stopAsked = false;
  /** Ends the wait of a pause. */
  private wake: (() => void) | null = null;
  private stepsTaken = 0;
  private trainingMs = 0;
  private rows: StepRow[] = [];
  /** The newest evaluation, and after how many steps it was made. */
  private newest: { readonly step: number; readonly result: Evaluation } | null = null;
  /** Ends when the engine is free: steps, evaluations and exports must not interleave. */
  private engineFree: Promise<unknown> = Promise.resolve();
  private flushedAt = 0;

  constructor(private readonly host: SessionHost) {}

  /** Never throws: what goes wrong becomes a `failed` event. */
  receive(command: Command): void {
    switch (command.kind) {
      case 'start':
        this.run = command.run;
        this.start(command).catch((error: unknown) => this.fail(error));
        break;
      case 'pause':
        this.pauseAsked = true;
        if (this.machine.state === 'training') this.machine.to('pausing');
        break;
      case 'resume':
        this.pauseAsked = false;
        if (this.machine.state === 'pausing') this.machine.to('training');
        this.wake?.();
        break;
      case 'step':
        // Pause stays asked for: the loop takes one step and waits again.
        this.pauseAsked = true;
        this.wake?.();
        break;
      case 'setBudget':
        this.setBudget(command.budget);
        break;
      case 'stop':
        this.stopAsked = true;
        this.wake?.();
        break;
      case 'exportWeights':
        this.exportWeights().catch((error: unknown) => this.fail(error));
        break;
      default:
        command satisfies never;
    }
  }

  private async start({ config, source, engine: choice, paused }: Start): Promise<void> {
    this.budget = config.budget;
    this.pauseAsked = paused;
    this.machine.to('loading');
    const faults = checkConfig(config);
    if (faults.length > 0)
      throw new RunFailure('config', `${faults.join('. ')}.`, 'Change these settings and start again.');
    const data = await this.host.loadData(source, (news) => this.tell(news));
    checkData(data, config);
    this.machine.to('compiling');
    const setup = engineSetup(config, data.train);
    const { engine, info } = await this.host.openEngine(choice, setup);
    const stage: Stage = { config, system: SYSTEMS[config.system], network: setup.network, data, engine };
    this.stage = stage;
    this.tell({ kind: 'ready', ready: readyOf(stage, info) });
    this.machine.to('evaluating');
    const floors = await this.unlessStopped(() => this.measureFloors(stage));
    if (floors !== null) {
      await this.train(stage);
      await this.finish(stage, floors);
    }
    this.machine.to('finished');
  }

  private async measureFloors(stage: Stage): Promise<Floors> {
    const rawPixels = await rawPixelAccuracy(stage.data.train, stage.data.test, nextTask);
    const untrained = await this.evaluate(stage, 'Untrained network', () => this.stopAsked);
    const floors = { rawPixels, untrained: untrained.knn20 };
    this.tell({ kind: 'floors', floors });
    this.tellFeatures(stage, untrained, 0);
    return floors;
  }

  private async train(stage: Stage): Promise<void> {
    const { config, data } = stage;
    const batches = new Batches(config, data.train.count, data.train.size);
    while (this.stepsTaken < config.steps && (await this.mayGoOn())) {
      const row = await this.step(stage, batches);
      this.rows.push(row);
      const epochs = this.stepsTaken / batches.stepsPerEpoch;
      const evaluationDue = Number.isInteger(epochs) && epochs % config.evaluateEvery === 0;
      if (evaluationDue || performance.now() - this.flushedAt > FLUSH_MS) this.flush();
      if (evaluationDue && this.stepsTaken < config.steps) await this.evaluateEpoch(stage, row.epoch);
      await nextTask();
    }
    this.flush();
  }

  private async step({ config, engine }: Stage, batches: Batches): Promise<StepRow> {
    const started = performance.now();
    const index = this.stepsTaken;
    const budget = this.budget;
    const lr = learningRateAt(config, index);
    const input = { ...batches.draw(), learningRate: lr, budget, corridor: corridorAt(config, index) };
    const terms = await this.alone(() => engine.step(input));
    if (!Number.isFinite(terms.loss)) {
      this.flush();
      throw divergence(index + 1, terms, config.learningRate);
    }
    this.stepsTaken = index + 1;
    const ms = performance.now() - started;
    this.trainingMs += ms;
    return { step: index + 1, epoch: Math.floor(index / batches.stepsPerEpoch), ...terms, budget, lr, ms };
  }

  /** Waits out a pause. False when the user ended the run. */
  private async mayGoOn(): Promise<boolean> {
    if (this.pauseAsked && !this.stopAsked) {
      this.flush();
      if (this.machine.state === 'training') this.machine.to('pausing');
      this.machine.to('paused');
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = null;
    }
    if (this.stopAsked) return false;
    this.machine.to('training');
    return true;
  }

  private async evaluateEpoch(stage: Stage, epoch: number): Promise<void> {
    this.machine.to('evaluating');
    await this.unlessStopped(async () => {
      const result = await this.evaluate(stage, `Evaluation after epoch ${epoch + 1}`, () => this.stopAsked);
      this.tellEpoch(stage, result, epoch);
    });
  }

  /** What `work` gives; null when the user ended the run meanwhile. */
  private async unlessStopped<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Stopped) return null;
      throw error;
    }
  }

  /** Runs `work` when nothing else is at the engine. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.engineFree.then(work);
    this.engineFree = result.catch(() => {});
    return result;
  }

  private async finish(stage: Stage, floors: Floors): Promise<void> {
    const { config } = stage;
    this.machine.to('evaluating');
    const result = await this.finalEvaluation(stage);
    await this.exportWeights();
    this.tell({
      kind: 'finished',
      final: {
        knn20: { ...result.knn20, ...floors },
        macs: result.macs,
        imagesPerSecond: this.stepsTaken > 0 ? (1000 * this.stepsTaken * config.batch) / this.trainingMs : 0,
      },
      stoppedEarly: this.stepsTaken < config.steps,
    });
  }

  /** The evaluation of the last weights: made anew unless an epoch has just ended with one. */
  private async finalEvaluation(stage: Stage): Promise<Evaluation> {
    if (this.newest?.step === this.stepsTaken) return this.newest.result;
    const result = await this.evaluate(stage, 'Final evaluation', () => false);
    const stepsPerEpoch = Math.floor(stage.data.train.count / stage.config.batch);
    this.tellEpoch(stage, result, Math.floor(Math.max(0, this.stepsTaken - 1) / stepsPerEpoch));
    return result;
  }

  /** Evaluates in pieces, hearing commands in between; throws Stopped once `cancelled`. */
  private evaluate(stage: Stage, task: string, cancelled: () => boolean): Promise<Evaluation> {
    const { engine, network, system, data } = stage;
    return evaluate(engine, network, system.branches, data.train, data.test, async (done, total) => {
      this.tell({ kind: 'progress', task, done, total, unit: 'images' });
      await nextTask();
      if (cancelled()) throw new Stopped();
    });
  }

  private tellEpoch(stage: Stage, result: Evaluation, epoch: number): void {
    this.newest = { step: this.stepsTaken, result };
    const { knn20, macs, channelUsage } = result;
    this.tell({
      kind: 'epoch',
      row: { epoch, step: this.stepsTaken, knn20, macRatio: macs.ratio, channelUsage },
    });
    this.tellFeatures(stage, result, epoch);
  }

  /** Hands the map images' features away. */
  private tellFeatures(
    { config, network, data, system }: Stage,
    { features }: Evaluation,
    epoch: number,
  ): void {
    const shown = Math.min(config.mapPoints, data.test.count) * network.features;
    const copies = Object.fromEntries(
      system.branches.map((branch) => [branch, features[branch]!.slice(0, shown)]),
    );
    this.tell(
      { kind: 'features', epoch, step: this.stepsTaken, dimension: network.features, features: copies },
      Object.values(copies).map((values) => values.buffer),
    );
  }

  private setBudget(budget: number): void {
    if (budget === this.budget) return;
    this.budget = budget;
    this.tell({ kind: 'budget', step: this.stepsTaken, budget });
  }

  private async exportWeights(): Promise<void> {
    if (this.stage === null) return;
    const { engine, network, config, data } = this.stage;
    const weights = await this.alone(() => weightsFileOf(engine, network, config, data.test));
    this.flush();
    this.tell({ kind: 'weights', weights });
  }

  private async fail(error: unknown): Promise<void> {
    const news = failureNews(error);
    // A step that diverged was not applied: the weights before it are still good to take away.
    if (news.reason === 'diverged') await this.exportWeights();
    if (this.machine.state !== 'finished') this.machine.to('failed');
    this.tell(news);
  }

  private flush(): void {
    this.flushedAt = performance.now();
    if (this.rows.length === 0) return;
    this.tell({ kind: 'steps', rows: this.rows });
    this.rows = [];
  }

  private tell(news: SessionNews, transfer: readonly ArrayBuffer[] = []): void {
    this.host.emit({ ...news, run: this.run }, transfer);
  }
}
