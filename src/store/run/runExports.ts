import type { Further } from '../../exchange/door/protocol.ts';
import type { RunFile } from '../../run/files/runFile.ts';
import type { DataSource } from '../../run/protocol.ts';
import type { SessionClient } from '../../session/door/client.ts';
import { type RunState, stepsMade } from './run.ts';
import {
  type Download,
  downloadOf,
  type ExportKind,
  furtherOfKept,
  isGoneOnWith,
  isRun,
} from './runFiles.ts';
import { canExport, underWay } from './runStates.ts';

/** The run on the page, with what its files need. */
export interface OnPage {
  readonly run: RunState | null;
  readonly source: DataSource | null;
  readonly opened: RunFile | null;
  offer(writing: Promise<Download>): Promise<boolean>;
}

/**
 * Writes the run on the page into files. It asks the session for weights if they are needed, and waits for
 * them.
 */
export class RunExports {
  readonly #client: Pick<SessionClient, 'send' | 'checkpoint'>;
  readonly #page: () => OnPage;
  /** What is to be written when the session hands out its weights, one entry for each request. */
  #awaited: ExportKind[] = [];
  #kept: string | null = null;
  #savedStep = 0;

  constructor(client: Pick<SessionClient, 'send' | 'checkpoint'>, page: () => OnPage) {
    this.#client = client;
    this.#page = page;
  }

  /** Number of steps of the run that the user has saved in a file. */
  get savedStep(): number {
    return this.#savedStep;
  }

  /** Another run is shown. @param kept its id in the library, if it is kept there */
  turnTo(kept: string | null): void {
    this.#awaited = [];
    this.#kept = kept;
    this.#savedStep = 0;
  }

  ask(what: ExportKind): void {
    const { run } = this.#page();
    if (!run) return;
    // Curves, weights and checkpoint should belong to one step.
    const behind = isGoneOnWith(what) && underWay(run) && this.#client.checkpoint?.step !== stepsMade(run);
    if ((run.record.weights && !behind) || !canExport(run)) {
      void this.#write(what);
      return;
    }
    if (isGoneOnWith(what)) this.#client.send({ kind: 'keep', demanded: false });
    this.#client.send({ kind: 'exportWeights' });
    this.#awaited.push(what);
  }

  /** Continues after the session has handed out its weights. */
  weightsCame(): void {
    const what = this.#awaited.shift();
    if (what) void this.#write(what);
  }

  /** The session will hand out nothing more. */
  giveUp(): void {
    this.#awaited = [];
  }

  async #write(what: ExportKind): Promise<void> {
    const { run, offer } = this.#page();
    const writing = run && downloadOf(what, run, () => this.#further(run));
    if (!run || !writing) return;
    const step = stepsMade(run);
    const written = await offer(writing);
    if (written && isRun(what) && this.#page().run?.run === run.run) this.#savedStep = step;
  }

  /** What training of the run on the page can continue from; null if there is nothing. */
  async #further(run: RunState): Promise<Further | null> {
    const { source, opened } = this.#page();
    const { config, record } = run;
    const { checkpoint } = this.#client;
    if (source) return { config, input: record.ready?.data.size ?? 0, source, checkpoint };
    if (opened) return { config: opened.config, source: opened.source, checkpoint: opened.checkpoint };
    return this.#kept === null ? null : furtherOfKept(this.#kept, run);
  }
}
