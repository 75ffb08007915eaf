import { WorkerLink } from '../../link/workerLink.ts';
import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import type {
  CheckpointEvent,
  Command,
  EngineDecision,
  RecoveryEvent,
  SessionEvent,
} from '../../run/protocol.ts';
import type { RunRecord } from '../../run/record.ts';
import type { MapCommand, MapEvent, MapSettings } from './mapProtocol.ts';
import { Recovery, type StartCommand } from './recovery.ts';

/**
 * What reaches the page: the session's events, the map worker's layouts, and the map worker's progress and
 * failures.
 */
export type ClientEvent = SessionEvent | RecoveryEvent | MapEvent;

/** Messages of a session worker. */
type Message = SessionEvent | RecoveryEvent | CheckpointEvent;

/**
 * The page's end of the link: owns the session worker and the map worker of one run at a time. It passes
 * features from one worker to the other without a copy, and keeps checkpoints itself. Everything else goes to
 * `listener`. When the session's engine or its worker is lost, another worker continues from the newest
 * checkpoint.
 */
export class SessionClient {
  readonly #listener: (event: ClientEvent) => void;
  readonly #keeper: (event: CheckpointEvent) => void;
  #session: WorkerLink<Command, Message> | null = null;
  #maps: WorkerLink<MapCommand, MapEvent> | null = null;
  #recovery: Recovery | null = null;
  /** Step of the newest features that are still valid. */
  #mapStep = 0;
  #mapSettings: MapSettings = 'quick';
  /** The timer that starts a session after a wait. */
  #attempt: ReturnType<typeof setTimeout> | undefined;
  /** The newest result of the automatic choice. It is kept because measuring takes seconds. */
  #decided: EngineDecision | null = null;

  /** @param keeper stores checkpoints so that they outlive the page */
  constructor(listener: (event: ClientEvent) => void, keeper: (event: CheckpointEvent) => void = () => {}) {
    this.#listener = listener;
    this.#keeper = keeper;
  }

  /**
   * Starts a run in workers of its own. An earlier run ends, and none of its events can reach this one.
   * @param maps the newest maps of a run that goes on; its next ones follow them
   */
  start(command: StartCommand, maps: RunRecord['maps'] = {}): void {
    this.end();
    const worker = new Worker(new URL('../maps/mapWorker.ts', import.meta.url), {
      type: 'module',
      name: 'maps',
    });
    this.#maps = new WorkerLink(worker, {
      hear: (event) => {
        // A recovery may have gone back to an earlier step while the map was drawn.
        const isDrawn = event.kind === 'map' || event.kind === 'nearest';
        if (!isDrawn || event.step <= this.#mapStep) this.#listener(event);
      },
      broke: (detail) =>
        this.#listener({
          kind: 'mapFailed',
          run: command.run,
          epoch: 0,
          message: `The map worker broke down: ${detail}`,
        }),
    });
    this.#tellMaps({ kind: 'settings', settings: this.#mapSettings });
    if (Object.keys(maps).length > 0) this.#tellMaps({ kind: 'drawn', run: command.run, maps });
    this.#recovery = new Recovery(command);
    this.#open(this.#recovery, [command]);
  }

  /** Sends a command to the present session. Without a session, nothing happens. */
  send(command: Exclude<Command, StartCommand>): void {
    this.#recovery?.asked(command);
    this.#session?.send(command);
  }

  /** Sets how maps are drawn from now on, and draws the maps of the present run again. */
  drawMapsBy(settings: MapSettings): void {
    this.#mapSettings = settings;
    this.#tellMaps({ kind: 'settings', settings });
  }

  /** The newest checkpoint of the present run, or of the one that has just ended; null before the first. */
  get checkpoint(): Checkpoint | null {
    return this.#recovery?.newest ?? null;
  }

  /** Ends both workers at once. */
  end(): void {
    this.#session?.end();
    this.#maps?.end();
    clearTimeout(this.#attempt);
    this.#session = null;
    this.#maps = null;
    this.#recovery = null;
  }

  /** Replaces the session worker by a new one. Nothing more is heard from the old one. */
  #open(recovery: Recovery, commands: readonly Command[]): void {
    this.#session?.end();
    const worker = new Worker(new URL('../worker.ts', import.meta.url), { type: 'module', name: 'session' });
    const session = new WorkerLink<Command, Message>(worker, {
      hear: (event) => this.#hear(recovery, event),
      broke: (detail) => this.#sessionBroke(recovery, `The training worker broke down: ${detail}`),
    });
    this.#session = session;
    for (const command of commands) session.send(this.#informed(command));
  }

  #informed(command: Command): Command {
    if (command.kind !== 'start' || command.engine !== 'auto' || this.#decided === null) return command;
    return { ...command, decided: this.#decided };
  }

  #hear(recovery: Recovery, event: Message): void {
    if (!recovery.hear(event)) {
      if (event.kind === 'failed') this.#restore(recovery, event.message);
      return;
    }
    if (event.kind === 'ready' && event.ready.engine !== null && recovery.start.engine === 'auto') {
      const { name, reason } = event.ready.engine;
      this.#decided = { name, reason };
    }
    if (event.kind === 'checkpoint') {
      this.#keeper(event);
      return;
    }
    if (event.kind === 'features') {
      this.#drawMaps(event, recovery.start.config.seed);
      // The features have gone to the map worker. The page needs only the gates.
      if (event.gates.length > 0) this.#listener({ ...event, features: {} });
      return;
    }
    this.#listener(event);
    if (event.kind === 'interrupted') this.#restore(recovery, event.reason);
    if (event.kind === 'rewound') {
      this.#mapStep = Math.min(this.#mapStep, event.step);
      for (const command of recovery.unanswered()) this.#session?.send(command);
    }
  }

  #restore(recovery: Recovery, reason: string): void {
    const wait = recovery.interrupted();
    if (wait === null) {
      this.end();
      for (const event of recovery.lastEvents(reason)) this.#listener(event);
      return;
    }
    this.#session?.end();
    this.#session = null;
    const open = () => this.#open(recovery, recovery.again());
    if (wait === 0) open();
    else this.#attempt = setTimeout(open, wait);
  }

  #sessionBroke(recovery: Recovery, message: string): void {
    const { run } = recovery.start;
    if (recovery.possible) {
      this.#listener({ kind: 'interrupted', run, step: recovery.step, reason: message });
      this.#restore(recovery, message);
      return;
    }
    this.end();
    const advice = 'Reset starts it anew. If it happens again, choose another engine or reload the page.';
    this.#listener({ kind: 'failed', run, reason: 'internal', message, advice });
  }

  #drawMaps(event: Extract<SessionEvent, { kind: 'features' }>, seed: number): void {
    const { run, epoch, step, count, features } = event;
    this.#mapStep = step;
    this.#tellMaps(
      { kind: 'layout', run, epoch, step, count, features, seed },
      Object.values(features).flatMap((values) => (values ? [values.buffer as ArrayBuffer] : [])),
    );
  }

  #tellMaps(command: MapCommand, transfer: readonly ArrayBuffer[] = []): void {
    this.#maps?.send(command, transfer);
  }
}
