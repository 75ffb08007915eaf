import { trainThere } from '../data/images/arrival.ts';
import type { TrainAndTest } from '../data/images/dataset.ts';
import { EngineFault } from '../engine.ts';
import { lookAtGates } from '../evaluate/gateLook.ts';
import { nextTask } from '../link/nextTask.ts';
import { tfjsMemory } from '../method/backend.ts';
import type { StepRow } from '../metrics.ts';
import { type Checkpoint, checkpointBuffers } from '../run/checkpoint/checkpoint.ts';
import type {
  CheckpointEvent,
  Command,
  DataSource,
  RecoveryEvent,
  SessionEvent,
  SessionNews,
} from '../run/protocol.ts';
import { Batches } from './course/batches.ts';
import { Course } from './course/course.ts';
import type { EngineOrder, OpenedEngine } from './engines/engineOrder.ts';
import { finalRow } from './evaluation/evaluationNews.ts';
import { EvaluationPlan } from './evaluation/evaluationPlan.ts';
import { Evaluator, type EvaluatorLinks } from './evaluation/evaluator.ts';
import { GateWatch } from './evaluation/gateWatch.ts';
import { divergence, failureNews, RunFailure, unevaluated } from './failure.ts';
import { Flight, rowOf } from './flight.ts';
import { Gathering } from './gathering.ts';
import { StateMachine } from './machine.ts';
import {
  checkData,
  checkSettings,
  engineSetup,
  inOrderOf,
  readyOf,
  type Stage,
  standingOf,
} from './stage.ts';
import { Steering, Stopped } from './steering.ts';
import { weightsFileOf } from './weightsFile.ts';

/** What differs between a worker and the command line as hosts of a session. */
export interface SessionHost {
  /** @param transfer buffers of the event that the session no longer needs */
  emit(event: SessionEvent, transfer: readonly ArrayBuffer[]): void;
  loadData(source: DataSource, tell: (news: SessionNews) => void): Promise<TrainAndTest>;
  openEngine(order: EngineOrder): Promise<OpenedEngine>;
  /** Least time between two looks at the gates, milliseconds. Without it, nobody wants to see them. */
  readonly watchMs?: number;
  /** Keeps checkpoints for another session, in case the engine is lost. Without it, the run then fails. */
  safeguard?(event: CheckpointEvent | RecoveryEvent, transfer: readonly ArrayBuffer[]): void;
}

type Start = Extract<Command, { kind: 'start' }>;

/** The shortest time between two looks at what the engine holds in memory, milliseconds. */
const MEMORY_MS = 2000;
/** If steps take less time than this, their rows are sent together, milliseconds. */
const FLUSH_MS = 100;

/** The most training time that the loss of an engine can cost, milliseconds. */
const CHECKPOINT_MS = 60_000;

/** Training images in a look at the gates. */
const WATCHED_IMAGES = 32;

/** One run, from its start command to its end: the loop that draws, steps, evaluates and reports. */
export class Session {
  private readonly machine = new StateMachine((state) => this.tell({ kind: 'state', state }));
  private readonly steering = new Steering(this.machine, () => this.keep(this.stage));
  private run = '';
  private stage: Stage | null = null;
  private flight = new Flight(1);
  private budget = 0;
  private stepsTaken = 0;
  private trainingMs = 0;
  private rows: StepRow[] = [];
  private lookedAtMemory = Number.NEGATIVE_INFINITY;
  /** Resolves when the engine is free. Steps, evaluations and exports must not interleave. */
  private engineFree: Promise<unknown> = Promise.resolve();
  private flushedAt = 0;
  private evaluator: Evaluator | null = null;
  private gathering: Gathering | null = null;
  /** The newest checkpoint: its number of steps, and when it was made. */
  private kept = { step: -1, at: 0 };

  constructor(
    private readonly host: SessionHost,
    private readonly checkpointMs = CHECKPOINT_MS,
  ) {}

  /** Never throws. An error becomes a `failed` event. */
  receive(command: Command): void {
    switch (command.kind) {
      case 'start':
        this.run = command.run;
        this.start(command).catch((error: unknown) => this.fail(error));
        break;
      case 'pause':
      case 'resume':
      case 'step':
      case 'stop':
        this.steering.hear(command.kind);
        break;
      case 'setBudget':
        this.setBudget(command.budget);
        break;
      case 'setPace':
        this.steering.pace = command.pace;
        break;
      case 'exportWeights':
        this.exportWeights().catch((error: unknown) => this.fail(error));
        break;
      case 'keep':
        this.keep(this.stage, command.demanded).catch((error: unknown) => this.fail(error));
        break;
      default:
        command satisfies never;
    }
  }

  private async start(command: Start): Promise<void> {
    const { config, source, engine: choice, paused, from, initial } = command;
    this.budget = from?.budget ?? config.budget;
    this.stepsTaken = from?.step ?? 0;
    this.trainingMs = from?.trainingMs ?? 0;
    if (paused) this.steering.hear('pause');
    this.machine.to('loading');
    checkSettings(config);
    const tell: EvaluatorLinks['tell'] = (news, transfer) => this.tell(news, transfer);
    const data = inOrderOf(await this.host.loadData(source, tell), from);
    checkData(data, config, from);
    this.machine.to('compiling');
    const setup = engineSetup(config, data.train, initial);
    const handed = trainThere(data);
    const { engine, info } = await this.host.openEngine({ ...command, choice, setup, tell });
    if (from) await engine.load(from.engine);
    const batches = new Batches(config, data.train, from?.batches);
    const { network, system } = setup;
    const course = new Course(config, system, from?.aim);
    const plan = new EvaluationPlan({ config, network, system, data, stepsPerEpoch: batches.stepsPerEpoch });
    const begunFromWeights = from ? (from.begunFromWeights ?? false) : initial !== undefined;
    const stage: Stage = {
      ...{ config, system, network, data, engine, batches, course, plan, begunFromWeights },
      initial: from ? null : setup.initial,
    };
    this.stage = stage;
    const links: EvaluatorLinks = { alone: (work) => this.alone(work), tell };
    const evaluator = new Evaluator(stage, links, from?.floors ?? null);
    this.evaluator = evaluator;
    this.flight = new Flight(engine.ahead);
    this.tell({ kind: 'ready', ready: readyOf(stage, info) });
    const rest = () => this.landed().then(() => this.flush());
    const gathering = new Gathering(stage, handed, { tell, steering: this.steering, rest });
    this.gathering = gathering;
    if (from) this.goOnFrom(from);
    else await this.keep(stage);
    // If the images for the floors are still on their way, training begins without them.
    const isReady = evaluator.floors !== null || gathering.has(plan.needs(plan.firstFloors));
    if (!isReady || (await this.knowFloors(stage, evaluator))) {
      await this.train(stage, evaluator, gathering);
      await this.finish(stage, evaluator, gathering);
    }
    this.machine.to('finished');
  }

  private goOnFrom({ step }: Checkpoint): void {
    this.kept = { step, at: performance.now() };
    this.host.safeguard?.({ kind: 'rewound', run: this.run, step, budget: this.budget }, []);
  }

  /** Measures the floors unless a checkpoint has them. False when the user ended the run meanwhile. */
  private async knowFloors(stage: Stage, evaluator: Evaluator): Promise<boolean> {
    if (evaluator.floors !== null) return true;
    this.machine.to('evaluating');
    await this.unlessStopped(() => evaluator.firstFloors(this.stepsTaken, () => this.steering.mayEvaluate()));
    if (evaluator.floors === null) return false;
    // The checkpoint of this step was made without floors, so a new one is needed.
    this.kept.step = -1;
    await this.keep(stage);
    return true;
  }

  private async train(stage: Stage, evaluator: Evaluator, gathering: Gathering): Promise<void> {
    const { config, batches, plan, system } = stage;
    const { flight, steering } = this;
    const watchMs = system.branches.includes('gated') ? this.host.watchMs : undefined;
    const watch = new GateWatch(watchMs ?? Number.POSITIVE_INFINITY, performance.now());
    for (;;) {
      const asked = this.stepsAsked;
      const epochEnds = asked > 0 && asked % batches.stepsPerEpoch === 0;
      const due = plan.isDue(asked);
      const keeps = this.host.safeguard && performance.now() - this.kept.at > this.checkpointMs;
      const floors = evaluator.floors === null && gathering.has(plan.needs(plan.firstFloors));
      if (epochEnds || due || keeps || floors || asked >= config.steps || steering.restAsked)
        await this.landed();
      // The evaluation that is due comes after the checkpoint: a session that continues from it makes it.
      if (epochEnds || keeps) await this.keep(stage);
      if (asked >= config.steps) break;
      if (due) await this.evaluateDue(stage, evaluator, gathering);
      else if (floors) await this.knowFloors(stage, evaluator);
      if (!(await steering.mayTrain())) break;
      const reach = Math.max(batches.reach, stage.course.reachAt(asked, stage.data.train));
      if (!(await gathering.until({ train: reach, test: false }))) break;
      await this.measure(stage, asked);
      const since = performance.now();
      await this.free(() => this.launch(stage));
      if (flight.full) await flight.first();
      await nextTask();
      this.land();
      if (flight.fault !== undefined) throw flight.fault;
      if (watch.isDue(performance.now())) await this.look(stage, watch, gathering.train);
      if (steering.pace === 'gentle') await this.landed().then(() => steering.restAfter(since));
      if (performance.now() - this.flushedAt > FLUSH_MS) this.flush();
    }
    this.flush();
  }

  /** Measures between steps: the gates' MACs for an exact budget, and the widths' gradients. */
  private async measure({ course, network, system, engine, data }: Stage, index: number): Promise<void> {
    const compares = course.comparesAt(index);
    const measured = { network, system, engine, images: data.train };
    if (course.looksAt(index))
      this.tell({ kind: 'usage', row: await this.alone(() => course.look(measured, index, this.budget)) });
    if (!compares) return;
    const row = await this.alone(() => course.compare(measured, index, this.budget));
    this.flush();
    this.tell({ kind: 'gradients', row });
  }

  /** Looks at the gates of some of the first `count` training images, for the page to show. */
  private async look({ network, engine, data }: Stage, watch: GateWatch, count: number): Promise<void> {
    const began = performance.now();
    const there = { ...data.train, count };
    const row = await this.alone(() => {
      const step = this.stepsTaken;
      return lookAtGates(engine, network, there, { most: WATCHED_IMAGES, turn: step, step });
    });
    if (this.flight.fault !== undefined) throw this.flight.fault;
    watch.looked(began, performance.now());
    this.flush();
    this.tell({ kind: 'usage', row });
  }

  /** Number of steps that the engine has been asked for. */
  private get stepsAsked(): number {
    return this.stepsTaken + this.flight.size;
  }

  /** Asks for the next step, without waiting for it. */
  private launch({ config, engine, batches, course }: Stage): void {
    const held = course.at(this.stepsAsked, this.budget);
    const asked = { index: this.stepsAsked, budget: this.budget, lr: held.learningRate };
    const began = performance.now();
    this.flight.add(asked, async () => {
      const terms = await engine.step({ ...batches.draw(), ...held });
      const step = { ...asked, terms, ms: performance.now() - began };
      if (!Number.isFinite(terms.loss)) throw divergence(rowOf(step, batches.stepsPerEpoch), config);
      return terms;
    });
  }

  /** Waits for every step that was asked for. @throws the error of a step that failed */
  private async landed(): Promise<void> {
    await this.flight.settled();
    this.land();
    if (this.flight.fault !== undefined) throw this.flight.fault;
  }

  /** Takes in the steps that have come. A failed step stays in the flight, and `train` reports it. */
  private land(): void {
    for (const step of this.flight.take()) {
      this.stepsTaken = step.index + 1;
      this.trainingMs += step.ms;
      this.stage!.course.seen(step.terms.macRatio);
      this.rows.push(rowOf(step, this.stage!.batches.stepsPerEpoch));
    }
  }

  private async evaluateDue(stage: Stage, evaluator: Evaluator, gathering: Gathering): Promise<void> {
    const { plan } = stage;
    if (!(await gathering.until(plan.needs(plan.sizeAt(this.stepsTaken))))) return;
    if (evaluator.floors === null && !(await this.knowFloors(stage, evaluator))) return;
    this.flush();
    this.machine.to('evaluating');
    await this.unlessStopped(() => evaluator.due(this.stepsTaken, () => this.steering.mayEvaluate()));
  }

  /** The result of `work`; null when the user ended the run meanwhile. */
  private async unlessStopped<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Stopped) return null;
      throw error;
    }
  }

  /** Runs `work` when the engine has nothing but steps to do. */
  private free<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.engineFree.then(work);
    this.engineFree = result.catch(() => {});
    return result;
  }

  /** Runs `work` when the engine has nothing else to do: earlier steps are done and taken in. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    return this.free(async () => {
      await this.flight.settled();
      this.land();
      return work();
    });
  }

  private async finish(stage: Stage, evaluator: Evaluator, gathering: Gathering): Promise<void> {
    const { config, data } = stage;
    this.machine.to('evaluating');
    await this.keep(stage);
    this.steering.beginFinish();
    if (!(await gathering.until({ train: data.train.count, test: true }))) throw unevaluated();
    this.machine.to('evaluating');
    // Here no stop ends it, because a result without floors would say little.
    if (evaluator.floors === null) await evaluator.firstFloors(this.stepsTaken, async () => {});
    const result = await evaluator.final(this.stepsTaken, () => this.steering.mayFinish());
    await this.exportWeights();
    await this.unlessStopped(() => evaluator.lastFloors(this.stepsTaken, () => this.steering.mayEvaluate()));
    const rate = this.stepsTaken > 0 ? (1000 * this.stepsTaken * config.batch) / this.trainingMs : 0;
    this.tell({
      kind: 'finished',
      final: finalRow(result, evaluator.floors!, rate),
      stoppedEarly: this.stepsTaken < config.steps,
    });
  }

  private setBudget(budget: number): void {
    if (budget === this.budget) return;
    this.budget = budget;
    // Steps that were already asked for keep their budget.
    this.tell({ kind: 'budget', step: this.stepsAsked, budget });
  }

  private async exportWeights(): Promise<void> {
    if (this.stage === null || !(await this.gathering?.untilTest())) return;
    const { engine, network, config, data } = this.stage;
    const weights = await this.alone(() => weightsFileOf(engine, network, config, data.test));
    this.flush();
    this.tell({ kind: 'weights', weights });
  }

  /** Hands a checkpoint to its keeper, unless the newest has the same step and nobody demanded one. */
  private async keep(stage: Stage | null, demanded = false): Promise<void> {
    this.flush();
    if (!stage || !this.host.safeguard || (this.kept.step === this.stepsTaken && !demanded)) return;
    const engine = await this.alone(() => stage.engine.state());
    this.flush();
    const { stepsTaken: step, trainingMs, budget } = this;
    const floors = this.evaluator?.floors ?? null;
    const checkpoint = { step, trainingMs, budget, floors, ...standingOf(stage), engine };
    const event = { kind: 'checkpoint', run: this.run, checkpoint, demanded } as const;
    this.host.safeguard(event, checkpointBuffers(checkpoint));
    this.kept = { step, at: performance.now() };
  }

  private async fail(error: unknown): Promise<void> {
    const { state } = this.machine;
    // The loss of an engine reaches everyone who waits for it. It is reported only once.
    if (state === 'interrupted') return;
    if (error instanceof EngineFault && this.host.safeguard && state !== 'finished') {
      this.machine.to('interrupted');
      const { run, stepsTaken: step } = this;
      this.host.safeguard({ kind: 'interrupted', run, step, reason: error.message }, []);
      return;
    }
    this.flush();
    if (error instanceof RunFailure && error.row) this.tell({ kind: 'diverged', row: error.row });
    if (error instanceof RunFailure && error.weightsStand) {
      try {
        await this.exportWeights();
      } catch (fault) {
        return this.fail(fault);
      }
    }
    if (state !== 'finished') this.machine.to('failed');
    this.tell(failureNews(error));
  }

  private flush(): void {
    this.flushedAt = performance.now();
    if (this.rows.length === 0) return;
    this.tell({ kind: 'steps', rows: this.rows });
    this.rows = [];
    if (this.stage === null || this.flushedAt - this.lookedAtMemory < MEMORY_MS) return;
    this.lookedAtMemory = this.flushedAt;
    this.tell({ kind: 'memory', use: { ...this.stage.engine.heldBytes(), ...tfjsMemory() } });
  }

  private tell(news: SessionNews, transfer: readonly ArrayBuffer[] = []): void {
    this.host.emit({ ...news, run: this.run }, transfer);
  }
}
