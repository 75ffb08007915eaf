import { WorkerLink } from '../../link/workerLink.ts';
import { CheckpointHandOver, PART_BYTES, tensorBytes } from '../../run/checkpoint/checkpointParts.ts';
import type { RunFile } from '../../run/files/runFile.ts';
import type { CheckpointEvent } from '../../run/protocol.ts';
import type { ResumableRun, VaultCommand, VaultEvent } from './protocol.ts';

type Ticketed = Extract<VaultEvent, { ticket: number }>;
type Answer = Exclude<Ticketed, { kind: 'refused' }>;
/** Events that the page receives without a request. */
export type VaultNews = Exclude<VaultEvent, Ticketed | { kind: 'free' | 'more' }>;

function openWorker(): Worker {
  return new Worker(new URL('../vaultWorker.ts', import.meta.url), { type: 'module', name: 'vault' });
}

/**
 * Whether a command may pass a checkpoint that is being handed over: the checkpoint does not depend on it.
 */
function mayOvertake(command: VaultCommand): boolean {
  return command.kind === 'event' && !['finished', 'failed', 'rewound'].includes(command.event.kind);
}

/** The page's end of the vault. No failure of the vault disturbs training. */
export class VaultClient {
  readonly #listener: (news: VaultNews) => void;
  readonly #start: () => Worker;
  #link: WorkerLink<VaultCommand, VaultEvent> | null = null;
  /** Whether a checkpoint is being handed over or written. */
  #writing = false;
  /** The checkpoint that is being handed over. */
  #sending: CheckpointHandOver | null = null;
  /** The newest checkpoint that came meanwhile. Those in between are skipped. */
  #waiting: CheckpointEvent | null = null;
  readonly #asked = new Map<
    number,
    { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void }
  >();
  #tickets = 0;
  #broken = false;

  readonly #partBytes: number;

  /** @param open starts the worker; @param partBytes bytes of a checkpoint that are handed over at once */
  constructor(
    listener: (news: VaultNews) => void,
    open: () => Worker = openWorker,
    partBytes: number = PART_BYTES,
  ) {
    this.#partBytes = partBytes;
    this.#listener = listener;
    this.#start = open;
  }

  send(command: Exclude<VaultCommand, CheckpointEvent | { ticket: number } | { kind: 'tensors' }>): void {
    if (!mayOvertake(command)) this.#sendRest();
    this.#post(command);
  }

  /** Has a checkpoint written. While another is being written, only the newest one waits. */
  keep(event: CheckpointEvent): void {
    if (this.#writing) {
      const demanded = (event.demanded ?? false) || (this.#waiting?.demanded ?? false);
      this.#waiting = { ...event, demanded };
      return;
    }
    this.#writing = true;
    this.#sending = new CheckpointHandOver(
      event.checkpoint,
      {
        part: (tensors, buffers) => this.#post({ kind: 'tensors', tensors }, buffers),
        rest: (checkpoint) => this.#post({ ...event, checkpoint }),
      },
      this.#partBytes,
    );
    if (tensorBytes(event.checkpoint) <= this.#partBytes) this.#sendRest();
    else this.#sendPart();
  }

  /** A run to be shown. @throws Error in words */
  async load(id: string): Promise<RunFile> {
    const answer = await this.#ask((ticket) => ({ kind: 'load', ticket, id }));
    if (answer.kind !== 'loaded') throw new TypeError(`vault: asked for a run, got ${answer.kind}`);
    return answer.file;
  }

  /** A run as a file to be saved. @throws Error in words */
  async file(id: string): Promise<Blob> {
    const answer = await this.#ask((ticket) => ({ kind: 'file', ticket, id }));
    if (answer.kind !== 'written') throw new TypeError(`vault: asked for a file, got ${answer.kind}`);
    return answer.file;
  }

  /** What is needed to continue a run, which belongs to this tab from then on. @throws Error in words */
  resume(id: string): Promise<ResumableRun> {
    return this.#askRun((ticket) => ({ kind: 'resume', ticket, id }));
  }

  /** What is needed to begin another run with a checkpoint of this one. @throws Error in words */
  fork(id: string, step: number): Promise<ResumableRun> {
    return this.#askRun((ticket) => ({ kind: 'fork', ticket, id, step }));
  }

  async #askRun(
    command: (ticket: number) => Extract<VaultCommand, { ticket: number }>,
  ): Promise<ResumableRun> {
    const answer = await this.#ask(command);
    if (answer.kind !== 'resumable') throw new TypeError(`vault: asked for a checkpoint, got ${answer.kind}`);
    return answer.run;
  }

  #ask(command: (ticket: number) => Extract<VaultCommand, { ticket: number }>): Promise<Answer> {
    const ticket = ++this.#tickets;
    if (this.#broken)
      return Promise.reject(new Error('The keeper of runs broke down before. Reload the page.'));
    return new Promise((resolve, reject) => {
      this.#asked.set(ticket, { resolve, reject });
      this.#sendRest();
      this.#post(command(ticket));
    });
  }

  #sendPart(): void {
    if (this.#sending?.next()) this.#sending = null;
  }

  #sendRest(): void {
    this.#sending?.complete();
    this.#sending = null;
  }

  #post(command: VaultCommand, transferred: readonly Transferable[] = []): void {
    if (this.#broken) return;
    this.#link ??= new WorkerLink(this.#start(), {
      hear: (event) => this.#hear(event),
      broke: (detail) => this.#break(detail),
    });
    this.#link.send(command, transferred);
  }

  #hear(event: VaultEvent): void {
    if (event.kind === 'free') {
      this.#writing = false;
      const next = this.#waiting;
      this.#waiting = null;
      if (next) this.keep(next);
    } else if (event.kind === 'more') this.#sendPart();
    else if ('ticket' in event) {
      const asked = this.#asked.get(event.ticket);
      this.#asked.delete(event.ticket);
      if (event.kind === 'refused') asked?.reject(new Error(event.message));
      else asked?.resolve(event);
    } else this.#listener(event);
  }

  #break(reason: string): void {
    this.#broken = true;
    this.#link?.end();
    this.#waiting = null;
    this.#sending = null;
    for (const { reject } of this.#asked.values())
      reject(new Error(`The keeper of runs broke down: ${reason}. Reload the page.`));
    this.#asked.clear();
    this.#listener({ kind: 'unavailable', reason: `its keeper broke down (${reason})` });
  }
}
