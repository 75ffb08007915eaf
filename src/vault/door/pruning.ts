import type { CheckpointEntry, RunEntry } from './entry.ts';

/** How many checkpoints that the user did not ask for are kept while a run is under way. */
export const KEPT_CHECKPOINTS = 3;

/** Which checkpoints stay, and which are removed. */
export interface Pruning {
  readonly kept: readonly CheckpointEntry[];
  readonly dropped: readonly CheckpointEntry[];
}

/**
 * Which checkpoints of a run stay: the newest few, and all that the user asked for.
 * @param room how many stay of those that the user did not ask for
 */
export function pruned(checkpoints: readonly CheckpointEntry[], room = KEPT_CHECKPOINTS): Pruning {
  // The newest is the one that was written last. If a run went back to an older checkpoint, later steps are
  // obsolete.
  const inOrder = checkpoints.toSorted((a, b) => b.writtenOn.localeCompare(a.writtenOn) || b.step - a.step);
  const staying = new Set(inOrder.filter(({ demanded }) => !demanded).slice(0, room));
  const stays = (checkpoint: CheckpointEntry) => checkpoint.demanded || staying.has(checkpoint);
  return { kept: inOrder.filter(stays), dropped: inOrder.filter((checkpoint) => !stays(checkpoint)) };
}

/**
 * The checkpoints that stay when a run has ended. A run that reached its last step has nothing left to train.
 * A run that was stopped can continue from its newest checkpoint. The newest one of a run that failed may
 * hold the very weights that failed, so the one before it stays, too.
 */
export function prunedAtEnd({
  checkpoints,
  state,
  stoppedEarly,
}: Pick<RunEntry, 'checkpoints' | 'state' | 'stoppedEarly'>): Pruning {
  if (state === 'failed') return pruned(checkpoints, 2);
  return pruned(checkpoints, state === 'finished' && !stoppedEarly ? 0 : 1);
}

/**
 * Files in a run's folder that its entry does not name. A crash between writing and switching leaves them.
 */
export function orphans(entry: RunEntry | null, files: readonly string[]): string[] {
  const known = new Set(entry?.checkpoints.map(({ file }) => file));
  if (entry?.runFile) known.add(entry.runFile.file);
  return files.filter((file) => !known.has(file));
}

/** Whether training can continue: the run has not reached its last step, and it has a checkpoint. */
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
