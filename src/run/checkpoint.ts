import type { EngineState } from '../engine.ts';
import type { Floors } from '../metrics.ts';

/** How far a run's batches were drawn: the streams' positions, the current epoch's order, and its next batch. */
export interface BatchesPosition {
  readonly streams: Readonly<Record<'order' | 'augment' | 'gate', readonly number[]>>;
  readonly rows: Uint32Array;
  readonly next: number;
}

/** All that an exact budget remembers; MAC ratios are shares of the dense MACs. */
export interface AimState {
  /** How much less hard gates spend than the noisy ones of training; null before the first look. */
  readonly gap: number | null;
  /** What is added to the aim because training does not quite reach it. */
  readonly correction: number;
  /** Ratio of the newest step's noisy gates; null before the first. */
  readonly noisy: number | null;
  /** Index of the step before which the gates were looked at last: whoever goes on from there has looked. */
  readonly looked: number | null;
}

/** All that a run needs to go on in another engine as if nothing had happened. Copies: training goes on meanwhile. */
export interface Checkpoint {
  /** Steps taken. An evaluation that is due after them is not part of the checkpoint. */
  readonly step: number;
  /** Time of those steps, milliseconds. */
  readonly trainingMs: number;
  /** t_d in force. */
  readonly budget: number;
  /** What an exact budget remembers. */
  readonly aim: AimState;
  /** null when they were not measured yet. */
  readonly floors: Floors | null;
  readonly batches: BatchesPosition;
  /** Fingerprint of the images that it was trained on; whoever goes on from it is refused others. */
  readonly images?: string | null;
  readonly engine: EngineState;
}

/** Every buffer of a checkpoint, once: tensors may be views of one. */
export function checkpointBuffers({ engine, batches }: Checkpoint): ArrayBuffer[] {
  const tensors = [engine.parameters, engine.buffers, engine.momenta].flatMap((named) => [...named.values()]);
  const buffers = [batches.rows, ...tensors].map(({ buffer }) => buffer);
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}
