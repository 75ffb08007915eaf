import type { EngineState } from '../engine.ts';
import type { Floors } from '../metrics.ts';
import type { BatchesPosition } from '../session/batches.ts';
import type { AimState } from '../session/exactBudget.ts';

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
