import { evaluationCautions } from '../evaluate/degenerate.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import type { EpochRow, FinalRow, Floors } from '../metrics.ts';
import type { SessionNews } from '../run/protocol.ts';
import type { Stage } from './stage.ts';

// The events in which a session reports its evaluations.

/** A row of the run for the evaluation after `step` steps. */
export function epochRow({ knn20, macs, channelUsage }: Evaluation, epoch: number, step: number): EpochRow {
  return { epoch, step, knn20, macRatio: macs.ratio, channelUsage };
}

/** The last evaluation, together with the floors. */
export function finalRow(
  { knn20, ridge, correct, macs }: Evaluation,
  floors: Floors,
  imagesPerSecond: number,
): FinalRow {
  return { knn20: { ...knn20, ...floors }, ridge, correct, macs, imagesPerSecond };
}

/** What makes the numbers of an evaluation after `step` steps say less than they seem to. */
export function cautionsNews(
  { data }: Pick<Stage, 'data'>,
  { features }: Pick<Evaluation, 'features'>,
  step: number,
): SessionNews {
  return { kind: 'cautions', step, cautions: evaluationCautions(data, step === 0 ? null : features) };
}

/**
 * Features and gates of the map images, and the buffers that hold them. They are copies and may be
 * transferred.
 */
export function featuresNews(
  { config, data, system }: Pick<Stage, 'config' | 'data' | 'system'>,
  { features, gates }: Pick<Evaluation, 'features' | 'gates'>,
  epoch: number,
  step: number,
): { readonly news: SessionNews; readonly transfer: readonly ArrayBuffer[] } {
  const { count } = data.test;
  const shown = Math.min(config.mapPoints, count);
  const firstRows = <T extends Float32Array | Uint8Array>(values: T) =>
    values.slice(0, shown * (values.length / count)) as T;
  const copies = Object.fromEntries(system.branches.map((branch) => [branch, firstRows(features[branch]!)]));
  const decided = gates.map(firstRows);
  return {
    news: { kind: 'features', epoch, step, count: shown, features: copies, gates: decided },
    transfer: [...Object.values(copies), ...decided].map((values) => values.buffer as ArrayBuffer),
  };
}
