import type { CheckpointEvent } from '../session/protocol.ts';
import type { RunFile } from '../session/runFile.ts';
import type { ResumableRun, VaultCommand, VaultEvent } from './protocol.ts';

type Ticketed = Extract<VaultEvent, { ticket: number }>;
type Answer = Exclude<Ticketed, { kind: 'refused' }>;
/** What the page hears of without having asked. */
export type VaultNews = Exclude<VaultEvent, Ticketed | { kind: 'free' }>;

function openWorker(): Worker {
  return new Worker(new URL('./vaultWorker.ts', import.meta.url), { type: 'module', name: 'vault' });
}

/** The page's end of the vault. Whatever becomes of the vault, training does not hear of it. */
export class VaultClient {
  readonly #listener: (news: VaultNews) => void;
  readonly #start: () => Worker;
  #worker: Worker | null = null;
  /** A checkpoint is being written. */
  #writing = false;
  /** The newest that came meanwhile: those in between are skipped. */
  #waiting: CheckpointEvent | null = null;
  readonly #asked = new Map<
    number,
    { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void }
  >();
  #tickets = 0;
  #broken = false;

  /** @param open starts the worker */
  constructor(listener: (news: VaultNews) => void, open: () => Worker = openWorker) {
    this.#listener = listener;
    this.#start = open;
  }

  send(command: Exclude<VaultCommand, CheckpointEvent | { ticket: number }>): void {
    this.#post(command);
  }

  /** Has a checkpoint written, or, while another is, the newest of those that come until then. */
  keep(event: CheckpointEvent): void {
    if (this.#writing) {
      const demanded = (event.demanded ?? false) || (this.#waiting?.demanded ?? false);
      this.#waiting = { ...event, demanded };
      return;
    }
    this.#writing = true;
    this.#post(event);
  }

  /** A run to look at. @throws Error in words */
  async load(id: string): Promise<RunFile> {
    const answer = await this.#ask((ticket) => ({ kind: 'load', ticket, id }));
    if (answer.kind !== 'loaded') throw new Error(`vault: asked for a run, got ${answer.kind}`);
    return answer.file;
  }

  /** What it takes to go on with a run, which is this tab's from then on. @throws Error in words */
  resume(id: string): Promise<ResumableRun> {
    return this.#askRun((ticket) => ({ kind: 'resume', ticket, id }));
  }

  /** What it takes to begin another run with a checkpoint of this one. @throws Error in words */
  branch(id: string, step: number): Promise<ResumableRun> {
    return this.#askRun((ticket) => ({ kind: 'branch', ticket, id, step }));
  }

  async #askRun(
    command: (ticket: number) => Extract<VaultCommand, { ticket: number }>,
  ): Promise<ResumableRun> {
    const answer = await this.#ask(command);
    if (answer.kind !== 'resumable') throw new Error(`vault: asked for a checkpoint, got ${answer.kind}`);
    return answer.run;
  }

  #ask(command: (ticket: number) => Extract<VaultCommand, { ticket: number }>): Promise<Answer> {
    const ticket = ++this.#tickets;
    if (this.#broken) return Promise.reject(new Error('The keeper of runs broke down. Reload the page.'));
    return new Promise((resolve, reject) => {
      this.#asked.set(ticket, { resolve, reject });
      this.#post(command(ticket));
    });
  }

  #post(command: VaultCommand): void {
    if (this.#broken) return;
    this.#worker ??= this.#open();
    this.#worker.postMessage(command);
  }

  #open(): Worker {
    const worker = this.#start();
    worker.addEventListener('message', ({ data }: MessageEvent<VaultEvent>) => this.#hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#break(event.message || 'its script could not be loaded');
    });
    return worker;
  }

  #hear(event: VaultEvent): void {
    if (event.kind === 'free') {
      this.#writing = false;
      const next = this.#waiting;
      this.#waiting = null;
      if (next) this.keep(next);
    } else if ('ticket' in event) {
      const asked = this.#asked.get(event.ticket);
      this.#asked.delete(event.ticket);
      if (event.kind === 'refused') asked?.reject(new Error(event.message));
      else asked?.resolve(event);
    } else this.#listener(event);
  }

  #break(reason: string): void {
    this.#broken = true;
    this.#worker?.terminate();
    this.#waiting = null;
    for (const { reject } of this.#asked.values())
      reject(new Error(`The keeper of runs broke down: ${reason}`));
    this.#asked.clear();
    this.#listener({ kind: 'unavailable', reason: `its keeper broke down (${reason})` });
  }
}
