import type { RunConfig } from '../config.ts';
import { CIFAR10_CLASSES, type Dataset } from '../data/dataset.ts';
import type { TrainAndTest } from '../data/holdOut.ts';
import type { EngineSetup } from '../engine.ts';
import { useBackend } from '../method/backend.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { hashedUniform } from '../random.ts';
import type { Command, SessionEvent, SessionState } from './protocol.ts';
import { Session } from './session.ts';

const SIDE = 12;

/** Width 4, batches of 8 from 32 images: four steps an epoch. */
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

/** Images of hashed noise, brighter with their label. */
export function noiseData(train = 32, test = 10): TrainAndTest {
  return { train: noiseImages('noise', 1, train), test: noiseImages('noise, test', 2, test) };
}

function noiseImages(name: string, seed: number, count: number): Dataset {
  const perImage = SIDE * SIDE * 3;
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  const pixels = Uint8Array.from(
    { length: count * perImage },
    (_, i) => 15 * labels[Math.floor(i / perImage)]! + 100 * hashedUniform(seed, i),
  );
  return { name, count, size: SIDE, pixels, labels, classes: CIFAR10_CLASSES };
}

/** A session on noise, with what it said. */
export class RecordedSession {
  readonly events: SessionEvent[] = [];
  readonly setups: EngineSetup[] = [];
  readonly engines: TfjsEngine[] = [];
  private readonly session: Session;
  private readonly waiting: {
    readonly holds: (event: SessionEvent) => boolean;
    readonly done: () => void;
  }[] = [];

  constructor(private readonly data: TrainAndTest = noiseData()) {
    this.session = new Session({
      emit: (event) => {
        this.events.push(event);
        for (const { holds, done } of [...this.waiting]) if (holds(event)) done();
      },
      loadData: async () => this.data,
      openEngine: async (_, setup) => {
        await useBackend('wasm');
        this.setups.push(setup);
        const engine = new TfjsEngine(setup);
        this.engines.push(engine);
        return {
          engine,
          info: { name: 'wasm', reason: 'a test', details: {}, selfTest: { worstError: 0, ms: 0 } },
        };
      },
    });
  }

  start(config: RunConfig, paused = false): void {
    this.send({
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

  /** Resolves at the next event that `holds`. */
  next(holds: (event: SessionEvent) => boolean): Promise<void> {
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

  /** Runs from start to finish or failure. */
  async whole(config: RunConfig): Promise<this> {
    const ended = this.next(
      (event) => event.kind === 'failed' || (event.kind === 'state' && event.state === 'finished'),
    );
    this.start(config);
    await ended;
    return this;
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
