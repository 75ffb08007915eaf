import type { Checkpoint } from '../run/checkpoint/checkpoint.ts';
import { checkpointBytes, readCheckpoint } from '../run/checkpoint/checkpointFile.ts';
import { continuableOf } from '../run/checkpoint/runCheckpoint.ts';
import { eventsOf, parseRunFile, type RunFile, runFileOf } from '../run/files/runFile.ts';
import { gzipOf, textOf } from '../run/files/runText.ts';
import type { RecoveryEvent, SessionEvent } from '../run/protocol.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord, rewound } from '../run/record.ts';
import { attachmentOf, readAttachment } from './attachment.ts';
import type { Catalogue } from './catalogue.ts';
import type { Disk } from './disk.ts';
import { type CheckpointEntry, type NewRun, newEntry, type RunEntry } from './door/entry.ts';
import type { Description, ResumableRun } from './door/protocol.ts';
import { isResumable, orphans, pruned, prunedAtEnd } from './door/pruning.ts';
import { isFull, NoRoom } from './noRoom.ts';
import type { Ownership } from './ownership.ts';
import { BEGIN_AGAIN, messageOf, sentence, VaultError } from './vaultError.ts';

/** What the vault uses: its disk, index and clock. */
export interface VaultPlaces {
  readonly disk: Disk;
  readonly catalogue: Catalogue;
  readonly ownership: Ownership;
  /** Whether a copy of these images is kept. */
  imagesKept(fingerprint: string): Promise<boolean>;
  /** Gives a name that no other file has. */
  unique(): string;
  now(): string;
}

/** The run that this tab trains, with its record so far. */
interface UnderWay {
  readonly id: string;
  record: RunRecord;
  /** Whether a run that continues has reached its checkpoint. Only then do its final events count. */
  arrived: boolean;
}

/**
 * Runs on disk. A file is written, read back and checked before the index names it. A file is removed only
 * after the index no longer names it. Whatever is interrupted in between, the last good checkpoint remains.
 */
export class Vault {
  #run: UnderWay | null = null;
  /** The run that will replace it once its first event comes. Until then, the present run still counts. */
  #next: UnderWay | null = null;

  constructor(private readonly places: VaultPlaces) {}

  entries(): Promise<RunEntry[]> {
    return this.places.catalogue.all();
  }

  elsewhere(): Promise<string[]> {
    return this.places.ownership.elsewhere();
  }

  /** Resolves when no tab trains the run any more. */
  whenFree = (id: string): Promise<void> => this.places.ownership.whenFree(id);

  /** Removes files that no entry names, but none of other tabs' runs, which may have just been written. */
  async sweep(): Promise<void> {
    const { disk, catalogue, ownership } = this.places;
    for (const folder of await disk.folders()) {
      if (ownership.owns(folder) || !(await ownership.take(folder))) continue;
      try {
        const entry = await catalogue.get(folder);
        if (entry === null) await disk.removeFolder(folder);
        else for (const file of orphans(entry, await disk.files(folder))) await disk.remove(folder, file);
      } finally {
        ownership.release(folder);
      }
    }
  }

  /** Adds a run that starts on this page. */
  async begin(run: NewRun): Promise<RunEntry> {
    for (const run of [this.#run, this.#next]) if (run) this.leave(run.id);
    await this.places.ownership.take(run.id);
    const entry = newEntry(run);
    await this.places.catalogue.add(entry);
    this.#run = { id: run.id, record: EMPTY_RECORD, arrived: true };
    return entry;
  }

  /** Ends this tab's work on a run that it trained or was about to continue. */
  leave(id: string): void {
    if (this.#run?.id === id) this.#run = null;
    else if (this.#next?.id === id) this.#next = null;
    else return;
    if (this.#run?.id !== id && this.#next?.id !== id) this.places.ownership.release(id);
  }

  /** Whether the present run has not reported its images yet, although they may be kept already. */
  get awaitsImages(): boolean {
    return this.#run !== null && this.#run.record.ready === null;
  }

  /** The run of an event, if it is this tab's. A run that was about to continue replaces the present one. */
  #speaker(id: string, goesOn = false): UnderWay | null {
    if (this.#next?.id === id && (goesOn || this.#run?.id !== id)) {
      const before = this.#run;
      this.#run = this.#next;
      this.#next = null;
      if (before && before.id !== id) this.places.ownership.release(before.id);
    }
    return this.#run?.id === id ? this.#run : null;
  }

  /** Takes in an event of a run. @returns the run's entry if it has changed */
  async hear(event: SessionEvent | RecoveryEvent): Promise<RunEntry | null> {
    const run = this.#speaker(event.run, event.kind === 'rewound');
    if (run === null || event.kind === 'interrupted') return null;
    if (event.kind === 'rewound') {
      run.record = rewound(run.record, event.step);
      run.arrived = true;
      return this.#change(run.id, { state: 'under way', failure: null, stoppedEarly: false });
    }
    run.record = addToRecord(run.record, event);
    if (event.kind === 'ready') return this.#know(run, event.ready.data);
    if (event.kind === 'finished' && run.arrived) return this.#end(run, { state: 'finished' });
    if (event.kind === 'failed' && run.arrived)
      return this.#end(run, { state: 'failed', failure: event.message });
    // Layouts also come after the end.
    if (event.kind === 'map' && event.projection === 'umap' && run.record.final) return this.#end(run, {});
    return null;
  }

  /**
   * Writes a checkpoint of the present run.
   * @throws NoRoom even after older checkpoints were removed
   */
  async keep(id: string, checkpoint: Checkpoint, demanded: boolean): Promise<RunEntry | null> {
    const run = this.#speaker(id);
    const entry = await this.places.catalogue.get(id);
    const ready = run?.record.ready;
    if (!run || entry === null || !ready) return null;
    const { step } = checkpoint;
    const { config } = entry;
    const attachment = attachmentOf(entry, run.record, step);
    const bytes = await checkpointBytes({ config, input: ready.data.size, checkpoint, attachment });
    const file = `${step}-${this.places.unique()}.checkpoint`;
    await this.#written(
      entry,
      file,
      bytes,
      async (read) => void readAttachment((await readCheckpoint(read)).attachment, id),
    );
    const made: CheckpointEntry = { file, step, bytes: bytes.length, demanded, writtenOn: this.places.now() };
    const epoch = run.record.epochs.findLast((row) => row.step <= step);
    return this.#switch(id, (current) => {
      const checkpoints = [made, ...current.checkpoints];
      // A checkpoint may be written only after the run has ended. Its numbers are then older than those of
      // the entry.
      if (current.state !== 'under way') return { ...prunedAtEnd({ ...current, checkpoints }), change: {} };
      const numbers = epoch && { knn20: epoch.knn20, macRatio: epoch.macRatio };
      return { ...pruned(checkpoints), change: { steps: step, ...numbers } };
    });
  }

  describe(id: string, change: Partial<Description>): Promise<RunEntry | null> {
    return this.#change(id, change);
  }

  /** @throws VaultError when another tab trains the run */
  async delete(id: string): Promise<void> {
    await this.#alone(id, async () => {
      await this.places.catalogue.remove(id);
      await this.places.disk.removeFolder(id);
    });
  }

  /** Removes a run's checkpoints, but not its record. @throws VaultError when another tab trains it */
  async deleteCheckpoints(id: string): Promise<RunEntry | null> {
    return this.#alone(id, () =>
      this.#switch(id, ({ checkpoints }) => ({ kept: [], dropped: checkpoints, change: {} })),
    );
  }

  /** A run to be shown, as at its end or its newest checkpoint. @throws VaultError without either */
  async load(id: string): Promise<RunFile> {
    const entry = await this.#entry(id);
    if (this.#run?.id === id) return runFileOf(entry.config, this.#run.record);
    // A run that has continued after its end has made more steps than its file holds.
    const wentOn = entry.state === 'under way' && entry.checkpoints.length > 0;
    if (entry.runFile && !wentOn) {
      try {
        const bytes = await this.places.disk.read(id, entry.runFile.file);
        return parseRunFile(await textOf(new Blob([bytes])));
      } catch (error) {
        if (entry.checkpoints.length === 0)
          throw new VaultError(
            `The file of this run cannot be read: ${sentence(messageOf(error))} ${BEGIN_AGAIN}`,
          );
      }
    }
    return (await this.#newest(entry)).file;
  }

  /** A run as a file. If the run can continue, the file has its checkpoint. @throws VaultError as `load` */
  async file(id: string): Promise<RunFile> {
    const entry = await this.#entry(id);
    const { config, source, data, state } = entry;
    if (!isResumable(entry) || !data) return { ...(await this.load(id)), id };
    const { checkpoint, file: stood } = await this.#newest(entry);
    const file = state === 'under way' && this.#run?.id !== id ? stood : await this.load(id);
    return { ...file, id, ...(await continuableOf({ config, input: data.size, source, checkpoint })) };
  }

  /**
   * Gives a run to this tab, to continue from its newest readable checkpoint. The run that this tab trains
   * stays under way until the first event of the other one.
   * @throws VaultError when another tab trains it, or when it has no checkpoint to continue from
   */
  async resume(id: string): Promise<ResumableRun> {
    const { ownership } = this.places;
    const entry = await this.#entry(id);
    if (!isResumable(entry)) throw new VaultError(`This run has no checkpoint to go on from. ${BEGIN_AGAIN}`);
    const owned = ownership.owns(id);
    if (!(await ownership.take(id, true))) throw new VaultError('Another tab trains this run: go on there.');
    try {
      const run = await this.#resumable(entry);
      const record = eventsOf(run.file, id).reduce(addToRecord, EMPTY_RECORD);
      if (this.#next && this.#next.id !== id) this.leave(this.#next.id);
      this.#next = { id, record, arrived: false };
      return run;
    } catch (error) {
      if (!owned) ownership.release(id);
      throw error;
    }
  }

  /**
   * A checkpoint with which another run can begin. This run stays as it is, whichever tab trains it.
   * @throws VaultError when no checkpoint of that step is kept, or when it cannot be read
   */
  async fork(id: string, step: number): Promise<ResumableRun> {
    const entry = await this.#entry(id);
    const checkpoints = entry.checkpoints.filter((checkpoint) => checkpoint.step === step);
    if (checkpoints.length === 0) {
      const others = entry.checkpoints.map((checkpoint) => checkpoint.step).join(', ') || 'none';
      throw new VaultError(
        `This run keeps no checkpoint of step ${step} any more; kept: ${others}. Choose one of these, or begin again with “Duplicate its settings”.`,
      );
    }
    return this.#resumable({ ...entry, checkpoints });
  }

  async #resumable(entry: RunEntry): Promise<ResumableRun> {
    const { id, config, engine, source, fingerprint } = entry;
    const { file, checkpoint, warnings } = await this.#newest(entry);
    const imagesKept = fingerprint !== null && (await this.places.imagesKept(fingerprint));
    const had = file.engine?.name ?? engine;
    return { id, config, engine: had, source, fingerprint, imagesKept, file, checkpoint, warnings };
  }

  /** The newest readable checkpoint, with the run as it was then, and the faults of newer ones. */
  async #newest(
    entry: RunEntry,
  ): Promise<{ readonly file: RunFile; readonly checkpoint: Checkpoint; readonly warnings: string[] }> {
    const warnings: string[] = [];
    for (const { file: name, step } of entry.checkpoints) {
      try {
        const { checkpoint, attachment } = await readCheckpoint(await this.places.disk.read(entry.id, name));
        return { checkpoint, file: readAttachment(attachment, entry.id), warnings };
      } catch (error) {
        warnings.push(`The checkpoint of step ${step} cannot be read: ${sentence(messageOf(error))}`);
      }
    }
    throw new VaultError(
      warnings.length > 0
        ? `None of this run’s checkpoints can be read. ${warnings.join(' ')} ${BEGIN_AGAIN}`
        : `Nothing of this run was kept but its settings: it had not come to its first checkpoint. ${BEGIN_AGAIN}`,
    );
  }

  async #know(
    { id }: UnderWay,
    { name, train, test, size, fingerprint }: NonNullable<RunRecord['ready']>['data'],
  ): Promise<RunEntry | null> {
    return this.#change(id, (entry) => ({
      data: { name, train, test, size },
      // A run that continues must use its own images. Others are refused.
      fingerprint: entry.fingerprint ?? fingerprint ?? null,
    }));
  }

  /** Keeps the run as it was at its end. */
  async #end(run: UnderWay, change: Partial<RunEntry>): Promise<RunEntry | null> {
    const entry = await this.places.catalogue.get(run.id);
    if (entry === null) return null;
    const { record, id } = run;
    const file = `${this.places.unique()}.run.gz`;
    const bytes = await gzipped(JSON.stringify(runFileOf(entry.config, record)));
    await this.#written(
      entry,
      file,
      bytes,
      async (read) => void parseRunFile(await textOf(new Blob([read]))),
    );
    const last = record.epochs.at(-1);
    const replaced = entry.runFile;
    const ended = await this.#switch(id, (current) => {
      const next = {
        ...change,
        ...{ runFile: { file, bytes: bytes.length }, stoppedEarly: record.stoppedEarly },
        steps: record.steps.at(-1)?.step ?? 0,
        ...(last && { knn20: last.knn20, macRatio: last.macRatio }),
      };
      return { ...prunedAtEnd({ ...current, ...next }), change: next };
    });
    if (replaced) await this.places.disk.remove(id, replaced.file);
    return ended;
  }

  /**
   * Writes a file and reads it back. If there is no room, all checkpoints but the newest are removed.
   * @throws NoRoom if that is not enough
   */
  async #written(
    entry: RunEntry,
    file: string,
    bytes: Uint8Array<ArrayBuffer>,
    check: (read: Uint8Array<ArrayBuffer>) => Promise<void>,
  ): Promise<void> {
    const { disk } = this.places;
    try {
      await disk.write(entry.id, file, bytes);
    } catch (error) {
      const { dropped } = pruned(entry.checkpoints, 1);
      if (!isFull(error)) throw error;
      if (dropped.length === 0) throw new NoRoom(bytes.length);
      await this.#switch(entry.id, ({ checkpoints }) => ({ ...pruned(checkpoints, 1), change: {} }));
      await disk.write(entry.id, file, bytes).catch((again: unknown) => {
        throw isFull(again) ? new NoRoom(bytes.length) : again;
      });
    }
    try {
      await check(await disk.read(entry.id, file));
    } catch (error) {
      await disk.remove(entry.id, file);
      throw error;
    }
  }

  /** Lets the index name other checkpoints, and removes the files that it no longer names. */
  async #switch(
    id: string,
    decide: (entry: RunEntry) => {
      readonly kept: readonly CheckpointEntry[];
      readonly dropped: readonly CheckpointEntry[];
      readonly change: Partial<RunEntry>;
    },
  ): Promise<RunEntry | null> {
    let dropped: readonly CheckpointEntry[] = [];
    const entry = await this.places.catalogue.change(id, (current) => {
      const decision = decide(current);
      dropped = decision.dropped;
      return { ...decision.change, checkpoints: decision.kept };
    });
    for (const { file } of dropped) await this.places.disk.remove(id, file);
    return entry;
  }

  #change(
    id: string,
    change: Partial<RunEntry> | ((entry: RunEntry) => Partial<RunEntry>),
  ): Promise<RunEntry | null> {
    return this.places.catalogue.change(id, typeof change === 'function' ? change : () => change);
  }

  async #entry(id: string): Promise<RunEntry> {
    const entry = await this.places.catalogue.get(id);
    if (entry === null)
      throw new VaultError(
        'This run is not kept any more: another tab may have deleted it. Open its run file, if you saved it.',
      );
    return entry;
  }

  /** Does work on a run that must not happen while another tab trains the run. */
  async #alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const { ownership } = this.places;
    const owned = ownership.owns(id);
    if (!(await ownership.take(id, true)))
      throw new VaultError('Another tab trains this run: end it there first.');
    try {
      return await work();
    } finally {
      if (!owned) ownership.release(id);
    }
  }
}

async function gzipped(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await gzipOf(text)).arrayBuffer());
}
