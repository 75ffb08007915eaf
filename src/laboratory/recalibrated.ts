import { chunkOf } from '../evaluate/encoding.ts';
import { recalibrate } from '../method/recalibrate.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import type { Laboratory } from './laboratory.ts';

/** Images of a batch with which BatchNorms are recalibrated. */
const RECALIBRATION_BATCH = 100;
/** The most such batches of training images. */
const RECALIBRATION_BATCHES = 20;

/** How many training images BatchNorms are recalibrated with, and in which batches. */
export function recalibrationSize({ data: { train }, network }: Pick<Laboratory, 'data' | 'network'>): {
  readonly batch: number;
  readonly count: number;
} {
  // A batch has as many images as a forward pass, so fewer of large ones: statistics then come from as many
  // pixels. A smaller rest is left out.
  const batch = Math.min(RECALIBRATION_BATCH, chunkOf(network), train.count);
  const batches = Math.min(RECALIBRATION_BATCHES, Math.floor(train.count / Math.max(1, batch)));
  return { batch, count: batch * batches };
}

/**
 * A network without gates whose BatchNorms have the statistics of training images.
 * @param onBatch called after every batch; may wait, and throws to cancel
 */
export function recalibrated(
  frozen: FrozenNetwork,
  laboratory: Pick<Laboratory, 'data' | 'network' | 'weights'>,
  onBatch: (done: number, total: number) => Promise<void>,
): Promise<FrozenNetwork> {
  const { batch, count } = recalibrationSize(laboratory);
  const { data, weights } = laboratory;
  return recalibrate(frozen, { ...data.train, count }, weights.architecture, batch, onBatch);
}
