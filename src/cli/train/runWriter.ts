import type { RunConfig } from '../../config.ts';
import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import { continuableOf } from '../../run/checkpoint/runCheckpoint.ts';
import { eventsOf, runFileOf } from '../../run/files/runFile.ts';
import type { CheckpointEvent, DataSource, RecoveryEvent, SessionEvent } from '../../run/protocol.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord, rewound } from '../../run/record.ts';
import { ClaimedFile, writtenName } from '../files/claimedFile.ts';
import { keptElsewhere } from '../files/elsewhere.ts';
import { type KeptRun, runBytes } from './runOnDisk.ts';

/** Where a run goes. */
export interface OutPlace {
  readonly path: string;
  readonly file: ClaimedFile;
}

export interface WriterOrder {
  readonly config: RunConfig;
  /** Side of the images, pixels. */
  readonly input: number;
  readonly source: DataSource;
  /** The run that continues; null for a new one. */
  readonly kept: KeptRun | null;
  /** The file that the user named; null to write none. */
  readonly out: OutPlace | null;
  /** Whether the file of the ended run has a checkpoint. Files that are written before have one always. */
  readonly keepsCheckpoint: boolean;
  /** Longest time between two files, milliseconds. */
  readonly everyMs: number;
  say(line: string): void;
}

/** Collects what a run tells, and writes it: on the way, when the run is stopped, and at its end. */
export class RunWriter {
  private collected: RunRecord;
  private checkpoint: Checkpoint | null;
  /** Whether there is something that the run's file did not hold before: a step, or the end. */
  private madeNews = false;
  private stopping = false;
  /** Number of steps in the newest file. */
  private writtenStep = -1;
  private writtenAt = performance.now();
  /** Files are written one after another. */
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly order: WriterOrder) {
    const { kept } = order;
    this.collected = kept ? eventsOf(kept.file, 'cli').reduce(addToRecord, EMPTY_RECORD) : EMPTY_RECORD;
    this.checkpoint = kept?.checkpoint ?? null;
  }

  get record(): RunRecord {
    return this.collected;
  }

  /** Takes in an event of the run. */
  hear(event: SessionEvent): void {
    this.collected = addToRecord(this.collected, event);
    this.madeNews ||= event.kind === 'steps' || (event.kind === 'finished' && !event.stoppedEarly);
    if (event.kind === 'state' && event.state === 'evaluating') this.writeOnTheWay();
  }

  /** Takes in what the run needs to continue later. */
  keep(event: CheckpointEvent | RecoveryEvent): void {
    if (event.kind === 'rewound') this.collected = rewound(this.collected, event.step);
    if (event.kind !== 'checkpoint') return;
    this.checkpoint = event.checkpoint;
    this.writeOnTheWay();
  }

  /** The run was asked to stop: from now on, the file is written as soon as the last step is kept. */
  stop(): void {
    this.stopping = true;
    this.writeOnTheWay();
  }

  /**
   * Writes the file of the ended run, with a checkpoint if it was interrupted.
   * @throws Error if it cannot be written; it says where the run is instead
   */
  async writeEnd(): Promise<void> {
    await this.writing;
    const { out, keepsCheckpoint, say } = this.order;
    if (out === null) return;
    // What the file holds is worth more than a run without steps.
    if (!this.madeNews) return say(`No step was taken, so ${out.path} was not written.`);
    const checkpoint = keepsCheckpoint || this.stopping ? this.checkpoint : null;
    try {
      say(`wrote ${await this.write(out, this.collected, checkpoint)}`);
    } catch (fault) {
      throw await keptElsewhere(out.path, fault, async (path) => {
        await this.write({ path, file: await ClaimedFile.of(path) }, this.collected, checkpoint);
      });
    }
  }

  /** Writes the file if it is due and the checkpoint is as new as the steps. */
  private writeOnTheWay(): void {
    const { out, everyMs, say } = this.order;
    const { collected, checkpoint } = this;
    const step = collected.steps.at(-1)?.step ?? 0;
    const due = this.stopping || performance.now() - this.writtenAt >= everyMs;
    if (out === null || !due || !this.madeNews || checkpoint?.step !== step || step === this.writtenStep)
      return;
    this.writtenStep = step;
    this.writtenAt = performance.now();
    this.writing = this.writing
      .then(() => this.write(out, collected, checkpoint))
      .then((name) => say(`wrote ${name} after ${step} steps`))
      // The run goes on: there may be room again later, and its end tells the fault if not.
      .catch((fault: Error) => say(`${out.path} could not be written after ${step} steps: ${fault.message}`));
  }

  /** Returns the name of the file for the user. */
  private async write(
    { path, file }: OutPlace,
    record: RunRecord,
    checkpoint: Checkpoint | null,
  ): Promise<string> {
    const { config, input, source } = this.order;
    const continuable = checkpoint ? await continuableOf({ config, input, source, checkpoint }) : undefined;
    return writtenName(await file.write(runBytes(runFileOf(config, record, continuable), path)));
  }
}
