import type { EngineState } from '../../engine.ts';
import type { Floors } from '../../metrics.ts';

/** Position in a run's batches: the streams' positions, the current epoch's order, and its next batch. */
export interface BatchesPosition {
  readonly streams: Readonly<Record<'order' | 'augment' | 'gate', readonly number[]>>;
  readonly rows: Uint32Array;
  readonly next: number;
  /**
   * Images of the parts that the first epoch takes one after another. Without it, the first epoch takes all
   * images in random order, as all others do.
   */
  readonly part?: number;
}

/** Everything that an exact budget remembers. MAC ratios are shares of the dense MACs. */
export interface AimState {
  /** MAC ratio of the noisy gates of training, less that of the hard gates; null before the first look. */
  readonly gap: number | null;
  /** Correction of the aim, because training does not quite reach it. */
  readonly correction: number;
  /** Ratio of the newest step's noisy gates; null before the first step. */
  readonly noisy: number | null;
  /**
   * Index of the step before which the gates were last evaluated. A run that continues there does not repeat
   * it.
   */
  readonly looked: number | null;
}

/**
 * All that a run needs to continue exactly in another engine. Its values are copies, because training
 * continues.
 */
export interface Checkpoint {
  /** Number of steps taken. An evaluation that is due after them is not part of the checkpoint. */
  readonly step: number;
  /** Time of those steps, milliseconds. */
  readonly trainingMs: number;
  /** t_d at this step. */
  readonly budget: number;
  /** What an exact budget remembers. */
  readonly aim: AimState;
  /** null if they have not been measured yet. */
  readonly floors: Floors | null;
  /** Whether the run began with weights that were given, and not with those of its seed. */
  readonly begunFromWeights?: boolean;
  readonly batches: BatchesPosition;
  /**
   * Fingerprint of the images that it was trained on. A run that continues from it must use the same images.
   */
  readonly images?: string | null;
  readonly engine: EngineState;
}

/** Every buffer of a checkpoint, each once, because several tensors may be views of one buffer. */
export function checkpointBuffers({ engine, batches }: Checkpoint): ArrayBuffer[] {
  const tensors = [engine.parameters, engine.buffers, engine.momenta].flatMap((named) => [...named.values()]);
  const buffers = [batches.rows, ...tensors].map(({ buffer }) => buffer);
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}
