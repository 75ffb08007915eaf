import type { CheckpointEntry, RunEntry } from './entry.ts';

/** Checkpoints of a run under way that were not asked for: the newest of them. */
export const KEPT_CHECKPOINTS = 3;

/** What stays and what goes. */
export interface Pruning {
  readonly kept: readonly CheckpointEntry[];
  readonly dropped: readonly CheckpointEntry[];
}

/**
 * Which checkpoints of a run stay: the newest few, and all that its user asked for.
 * @param room how many of the others stay
 */
export function pruned(checkpoints: readonly CheckpointEntry[], room = KEPT_CHECKPOINTS): Pruning {
  // Newest by when it was written: of a run that went on from an older one, later steps are of a course given up.
  const inOrder = checkpoints.toSorted((a, b) => b.writtenOn.localeCompare(a.writtenOn) || b.step - a.step);
  const staying = new Set(inOrder.filter(({ demanded }) => !demanded).slice(0, room));
  const stays = (checkpoint: CheckpointEntry) => checkpoint.demanded || staying.has(checkpoint);
  return { kept: inOrder.filter(stays), dropped: inOrder.filter((checkpoint) => !stays(checkpoint)) };
}

/**
 * Of a run that has ended: one that went to its end has nothing left to train; one that was stopped, or failed, can go
 * on from its newest checkpoint.
 */
export function prunedAtEnd(entry: Pick<RunEntry, 'checkpoints' | 'state' | 'stoppedEarly'>): Pruning {
  const complete = entry.state === 'finished' && !entry.stoppedEarly;
  return pruned(entry.checkpoints, complete ? 0 : 1);
}

/** The files of a run's folder that its entry does not know: left by a crash between writing and switching. */
export function orphans(entry: RunEntry | null, files: readonly string[]): string[] {
  const known = new Set(entry?.checkpoints.map(({ file }) => file));
  if (entry?.runFile) known.add(entry.runFile.file);
  return files.filter((file) => !known.has(file));
}

/** Training can go on: the run has not gone to its end, and there is something to go on from. */
export function isResumable({
  state,
  stoppedEarly,
  checkpoints,
}: Pick<RunEntry, 'checkpoints' | 'state' | 'stoppedEarly'>): boolean {
  return checkpoints.length > 0 && (state !== 'finished' || stoppedEarly);
}

/** 12_345_678 → “12 MB”. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
}
