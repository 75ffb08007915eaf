import type { TrainAndTest } from '../../data/images/dataset.ts';
import type { CheckpointEvent, Command, RecoveryEvent, SessionEvent } from '../../run/protocol.ts';
import { Recovery, type StartCommand } from '../../session/door/recovery.ts';
import { Session, type SessionHost } from '../../session/session.ts';

export interface LastingOrder extends Pick<SessionHost, 'openEngine'> {
  readonly start: StartCommand;
  readonly data: TrainAndTest;
  /** The most training time that the loss of an engine can cost, milliseconds. */
  readonly checkpointMs: number;
  hear(event: SessionEvent): void;
  /** Takes in what the run needs to continue, here or later. */
  keep(event: CheckpointEvent | RecoveryEvent): void;
  say(line: string): void;
}

/**
 * A run in this process that outlives the loss of its engine, as it does in the page: the engine is opened
 * again and goes on from the newest checkpoint, until three attempts brought no newer one.
 */
export class LastingSession {
  readonly #order: LastingOrder;
  readonly #recovery: Recovery;
  #session: Session | null = null;
  #end: (outcome: 'ended' | 'failed') => void = () => {};

  constructor(order: LastingOrder) {
    this.#order = order;
    this.#recovery = new Recovery(order.start);
  }

  /** Trains the run. Resolves when it has ended, or when it failed for good. */
  run(): Promise<'ended' | 'failed'> {
    return new Promise((resolve) => {
      this.#end = resolve;
      this.#open([this.#order.start]);
    });
  }

  /** Ends the run after its step, with a last evaluation. */
  stop(): void {
    const stop = { kind: 'stop' } as const;
    this.#recovery.asked(stop);
    this.#session?.receive(stop);
  }

  /** Ends the run as it stands. */
  endNow(): void {
    this.#end('ended');
  }

  #open(commands: readonly Command[]): void {
    const { data, checkpointMs, openEngine } = this.#order;
    const host: SessionHost = {
      emit: (event) => this.#hear(event),
      loadData: async () => data,
      openEngine,
      safeguard: (event) => this.#safeguard(event),
    };
    this.#session = new Session(host, checkpointMs);
    for (const command of commands) this.#session.receive(command);
  }

  #hear(event: SessionEvent): void {
    if (!this.#recovery.hear(event)) {
      if (event.kind === 'failed') this.#restore(event.message);
      return;
    }
    this.#order.hear(event);
    if (event.kind === 'state' && event.state === 'finished') this.#end('ended');
    if (event.kind === 'failed') this.#end('failed');
  }

  #safeguard(event: CheckpointEvent | RecoveryEvent): void {
    this.#recovery.hear(event);
    this.#order.keep(event);
    if (event.kind === 'interrupted') this.#restore(event.reason);
  }

  #restore(reason: string): void {
    const { say } = this.#order;
    const wait = this.#recovery.interrupted();
    if (wait === null) {
      say(`${reason} The run is given up at its newest checkpoint; --resume goes on from its file.`);
      this.#end('failed');
      return;
    }
    say(`${reason} The engine is opened again, and the run goes on from its newest checkpoint.`);
    setTimeout(() => this.#open(this.#recovery.again()), wait);
  }
}
