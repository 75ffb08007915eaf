import type { Further } from '../../exchange/door/protocol.ts';
import type { DataSource } from '../../run/protocol.ts';
import type { RunFile } from '../../run/runFile.ts';
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

/** The run on the page, as far as its files need it. */
export interface OnPage {
  readonly run: RunState | null;
  readonly source: DataSource | null;
  readonly opened: RunFile | null;
  offer(writing: Promise<Download>): Promise<boolean>;
}

/** Writes the run on the page into files. What its session must hand out for that is asked for, and waited for. */
export class RunExports {
  readonly #client: Pick<SessionClient, 'send' | 'checkpoint'>;
  readonly #page: () => OnPage;
  /** What is written as the session hands out its weights, one each time that it was asked to. */
  #awaited: ExportKind[] = [];
  #kept: string | null = null;
  #savedStep = 0;

  constructor(client: Pick<SessionClient, 'send' | 'checkpoint'>, page: () => OnPage) {
    this.#client = client;
    this.#page = page;
  }

  /** Steps of the run that its user has in a file. */
  get savedStep(): number {
    return this.#savedStep;
  }

  /** Another run comes on the page. @param kept its id in the library, where it is one that is looked at */
  turnTo(kept: string | null): void {
    this.#awaited = [];
    this.#kept = kept;
    this.#savedStep = 0;
  }

  ask(what: ExportKind): void {
    const { run } = this.#page();
    if (!run) return;
    // Curves, weights and checkpoint should be of one step.
    const behind = isGoneOnWith(what) && underWay(run) && this.#client.checkpoint?.step !== stepsMade(run);
    if ((run.record.weights && !behind) || !canExport(run)) {
      void this.#write(what);
      return;
    }
    if (isGoneOnWith(what)) this.#client.send({ kind: 'keep', demanded: false });
    this.#client.send({ kind: 'exportWeights' });
    this.#awaited.push(what);
  }

  /** The session has handed out its weights. */
  weightsCame(): void {
    const what = this.#awaited.shift();
    if (what) void this.#write(what);
  }

  /** The session hands out nothing any more. */
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

  /** What training of the run on the page goes on from. */
  async #further(run: RunState): Promise<Further | null> {
    const { source, opened } = this.#page();
    const { config, record } = run;
    const { checkpoint } = this.#client;
    if (source) return { config, input: record.ready?.data.size ?? 0, source, checkpoint };
    if (opened) return { config: opened.config, source: opened.source, checkpoint: opened.checkpoint };
    return this.#kept === null ? null : furtherOfKept(this.#kept, run);
  }
}
