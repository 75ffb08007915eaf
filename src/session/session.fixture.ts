import type { RunConfig } from '../config.ts';
import { CIFAR10_CLASSES, type Dataset, type TrainAndTest } from '../data/images/dataset.ts';
import { type Engine, EngineFault, type EngineSetup, type StepTerms } from '../engine.ts';
import { nextTask } from '../link/nextTask.ts';
import { useBackend } from '../method/backend.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { hashedUniform } from '../random.ts';
import type { Checkpoint } from '../run/checkpoint/checkpoint.ts';
import type { CheckpointEvent, Command, RecoveryEvent, SessionEvent, SessionState } from '../run/protocol.ts';
import { Session, type SessionHost } from './session.ts';

const SIDE = 12;

/** Width 4, and batches of 8 from 32 images, which makes four steps an epoch. */
export const TINY: RunConfig = {
  ...DEFAULT_CONFIG,
  seed: 9,
  width: 4,
  stemPadding: 1,
  projector: 16,
  batch: 8,
  steps: 6,
  evaluateEvery: 1,
  mapPoints: 50,
};

/** Images of hashed noise. Their brightness grows with their label. */
export function noiseData(train = 32, test = 10, side = SIDE): TrainAndTest {
  return { train: noiseImages('noise', 1, train, side), test: noiseImages('noise, test', 2, test, side) };
}

function noiseImages(name: string, seed: number, count: number, side: number): Dataset {
  const perImage = side * side * 3;
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  const pixels = Uint8Array.from(
    { length: count * perImage },
    (_, i) => 15 * labels[Math.floor(i / perImage)]! + 100 * hashedUniform(seed, i),
  );
  return { name, count, size: side, pixels, labels, classes: CIFAR10_CLASSES, recipe: 'cifar10' };
}

/** A call of an engine: its kind, and how many calls of this kind came before it. */
export type EngineCall = readonly [kind: 'step' | 'encode' | 'state', before: number];

/**
 * An engine that takes steps ahead and loses its device at one call. It refuses that call and all later ones.
 */
export class FragileEngine implements Engine {
  readonly calls = { step: 0, encode: 0, state: 0 };
  private lost = false;
  private newest: Promise<StepTerms | null> = Promise.resolve(null);
  private waiting = 0;
  /** The most steps that the engine held at a time. */
  depth = 0;

  constructor(
    private readonly engine: Engine,
    private readonly breaksAt: EngineCall | null,
    readonly ahead: number,
  ) {}

  async step(...input: Parameters<Engine['step']>) {
    this.depth = Math.max(this.depth, ++this.waiting);
    const step = this.newest.then((before) =>
      this.unlessLost('step', async () => {
        // This is long enough for the session to ask for another step.
        for (let task = 1; task < this.ahead; task++) await nextTask();
        return before === null || Number.isFinite(before.loss) ? this.engine.step(...input) : before;
      }),
    );
    this.newest = step;
    try {
      return await step;
    } finally {
      this.waiting--;
    }
  }

  gradients(...input: Parameters<Engine['gradients']>) {
    return this.engine.gradients(...input);
  }

  encode(...images: Parameters<Engine['encode']>) {
    return this.unlessLost('encode', () => this.engine.encode(...images));
  }

  heldBytes() {
    return this.engine.heldBytes();
  }

  state() {
    return this.unlessLost('state', () => this.engine.state());
  }

  load(...state: Parameters<Engine['load']>) {
    return this.engine.load(...state);
  }

  addImages(...range: Parameters<Engine['addImages']>) {
    this.engine.addImages(...range);
  }

  dispose() {
    this.engine.dispose();
  }

  private async unlessLost<T>(kind: EngineCall[0], work: () => Promise<T>): Promise<T> {
    if (kind !== 'step' && this.waiting > 0) throw new Error(`${kind} was asked for with steps under way`);
    const [breaking, at] = this.breaksAt ?? [];
    this.lost ||= kind === breaking && this.calls[kind] === at;
    this.calls[kind]++;
    if (this.lost) throw new EngineFault('The device was lost (a test).');
    return work();
  }
}

/** How a recorded session differs from the page's. */
export interface Conditions {
  readonly data?: TrainAndTest;
  /** The call at which the engine is lost. */
  readonly breaksAt?: EngineCall;
  /** Milliseconds between checkpoints in the middle of an epoch. */
  readonly checkpointMs?: number;
  /** Whether nobody keeps checkpoints. */
  readonly alone?: boolean;
  /** Number of steps that the engine accepts at a time. */
  readonly ahead?: number;
  /** Least milliseconds between two looks at the gates. */
  readonly watchMs?: number;
}

/** A session on noise, with the events that it sent. */
export class RecordedSession {
  readonly events: SessionEvent[] = [];
  /** All events in their order, with those of the recovery. Checkpoints are transferred as on the page. */
  readonly messages: (SessionEvent | RecoveryEvent | CheckpointEvent)[] = [];
  readonly setups: EngineSetup[] = [];
  readonly engines: TfjsEngine[] = [];
  /** The most steps that waited before the engine at a time. */
  get depth(): number {
    return this.fragile?.depth ?? 0;
  }
  /** Calls of the engine that encoded images. */
  get encodes(): number {
    return this.fragile?.calls.encode ?? 0;
  }
  private fragile: FragileEngine | null = null;
  private readonly session: Session;
  private readonly waiting: {
    readonly holds: (event: SessionEvent | RecoveryEvent) => boolean;
    readonly done: () => void;
  }[] = [];

  constructor({
    data = noiseData(),
    breaksAt,
    checkpointMs,
    alone = false,
    ahead = 1,
    watchMs,
  }: Conditions = {}) {
    const announce = (event: SessionEvent | RecoveryEvent) => {
      this.messages.push(event);
      for (const { holds, done } of [...this.waiting]) if (holds(event)) done();
    };
    const host: SessionHost = {
      ...(watchMs !== undefined && { watchMs }),
      emit: (event) => {
        this.events.push(event);
        announce(event);
      },
      loadData: async () => data,
      openEngine: async ({ setup }) => {
        await useBackend('wasm');
        this.setups.push(setup);
        const engine = new TfjsEngine(setup);
        this.engines.push(engine);
        this.fragile = new FragileEngine(engine, breaksAt ?? null, ahead);
        return {
          engine: this.fragile,
          info: { name: 'wasm', reason: 'a test', details: {}, selfTest: { worstError: 0, ms: 0 } },
        };
      },
    };
    const safeguard: SessionHost['safeguard'] = (event, transfer) => {
      if (event.kind === 'checkpoint')
        this.messages.push(structuredClone(event, { transfer: [...transfer] }));
      else announce(event);
    };
    this.session = new Session(alone ? host : { ...host, safeguard }, checkpointMs);
  }

  start(config: RunConfig, paused = false, from?: Checkpoint): void {
    this.send({
      ...(from ? { from } : {}),
      kind: 'start',
      run: 'test',
      config,
      source: { kind: 'emoji10', test: 'unseen-style' },
      engine: 'wasm',
      paused,
    });
  }

  send(command: Command): void {
    this.session.receive(command);
  }

  /** Resolves at the next event for which `holds` is true. */
  next(holds: (event: SessionEvent | RecoveryEvent) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const entry = {
        holds,
        done: () => {
          this.waiting.splice(this.waiting.indexOf(entry), 1);
          resolve();
        },
      };
      this.waiting.push(entry);
    });
  }

  state(state: SessionState): Promise<void> {
    return this.next((event) => event.kind === 'state' && event.state === state);
  }

  /** Runs from the start or from a checkpoint until the run is finished, failed or interrupted. */
  async whole(config: RunConfig, from?: Checkpoint): Promise<this> {
    const ended = this.next(
      (event) =>
        event.kind === 'failed' ||
        event.kind === 'interrupted' ||
        (event.kind === 'state' && event.state === 'finished'),
    );
    this.start(config, false, from);
    await ended;
    return this;
  }

  /** The newest checkpoint. */
  get checkpoint(): Checkpoint {
    const checkpoints = this.messages.filter((event) => event.kind === 'checkpoint');
    return checkpoints.at(-1)!.checkpoint;
  }

  of<K extends SessionEvent['kind']>(kind: K): Extract<SessionEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<SessionEvent, { kind: K }> => event.kind === kind);
  }

  /** Rows of all steps, without their times. */
  get rows() {
    return this.of('steps')
      .flatMap(({ rows }) => rows)
      .map(({ ms, ...row }) => row);
  }
}

/** The same images without labels. */
export function unlabelled(dataset: Dataset): Dataset {
  return { ...dataset, labels: new Uint8Array(dataset.count), classes: [] };
}
