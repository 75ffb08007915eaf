import { evaluationCautions } from '../../evaluate/degenerate.ts';
import type { Evaluation } from '../../evaluate/evaluation.ts';
import { movedRows } from '../../evaluate/sample.ts';
import {
  type EpochRow,
  type FinalRow,
  type Floors,
  measuredBranches,
  type PerBranch,
  type Sample,
  type SampleSize,
} from '../../metrics.ts';
import type { SessionNews } from '../../run/protocol.ts';
import { standardError } from '../../statistics/confidence.ts';
import type { Stage } from '../stage.ts';

// The events in which a session reports its evaluations.

/** A row of the run for the evaluation after `step` steps. */
export function epochRow(
  { knn20, macs, channelUsage, size, ranks }: Evaluation,
  epoch: number,
  step: number,
): EpochRow {
  return { epoch, step, knn20, macRatio: macs.ratio, channelUsage, sample: sampleOf(size, knn20), ranks };
}

function sampleOf(size: SampleSize, knn20: PerBranch): Sample {
  const errors = measuredBranches(knn20).map(([branch, share]) => [branch, standardError(share, size.test)]);
  return { ...size, standardError: { gated: null, dense: null, ...Object.fromEntries(errors) } };
}

/** The last evaluation, together with the floors. */
export function finalRow(
  { knn20, ridge, correct, macs, size }: Evaluation,
  floors: Floors,
  imagesPerSecond: number,
): FinalRow {
  return {
    knn20: { ...knn20, ...floors },
    ridge,
    correct,
    macs,
    sample: sampleOf(size, knn20),
    imagesPerSecond,
  };
}

/** What makes the numbers of an evaluation after `step` steps say less than they seem to. */
export function cautionsNews(
  { data }: Pick<Stage, 'data'>,
  { features, size }: Pick<Evaluation, 'features' | 'size'>,
  step: number,
): SessionNews {
  const cautions = evaluationCautions(data, step === 0 ? null : { features, images: size.test });
  return { kind: 'cautions', step, cautions };
}

/**
 * Features and gates of the map images that were evaluated, and the buffers that hold them. They are copies
 * and may be transferred. The map images are the first test images of the plan's order, so a smaller
 * evaluation shows the first ones of them.
 */
export function featuresNews(
  { config, system }: Pick<Stage, 'config' | 'system'>,
  { features, gates, places }: Pick<Evaluation, 'features' | 'gates' | 'places'>,
  epoch: number,
  step: number,
): { readonly news: SessionNews; readonly transfer: readonly ArrayBuffer[] } {
  const from = places.subarray(0, config.mapPoints);
  const to = Uint32Array.from(from, (_, image) => image);
  const shown = <T extends Float32Array | Uint8Array>(values: T) =>
    movedRows(values, values.length / places.length, from, to);
  const copies = Object.fromEntries(system.branches.map((branch) => [branch, shown(features[branch]!)]));
  const decided = gates.map(shown);
  return {
    news: { kind: 'features', epoch, step, count: from.length, features: copies, gates: decided },
    transfer: [...Object.values(copies), ...decided].map((values) => values.buffer as ArrayBuffer),
  };
}
