import { lineToBeat } from '../../metrics.ts';
import type { RunState } from '../../store/run/run.ts';
import { count, isNumber, percent } from '../shell/format.ts';

/**
 * What a run reached at its end, beside guessing and the best floor, or raw pixels where the record has no
 * other. Empty where it was not measured.
 */
export function resultWords({ record: { final, ready } }: Pick<RunState, 'record'>): string {
  if (final === null || ready === null) return '';
  const { dense, gated, rawPixels } = final.knn20;
  const { ratio } = final.macs;
  const classes = ready.data.classes.length;
  const test = count(final.sample?.test ?? ready.data.test);
  const hasGates = isNumber(gated) && isNumber(ratio);
  const reached = [
    ...(hasGates ? [`${percent(gated)} right with ${percent(ratio)} of the multiplications`] : []),
    ...(isNumber(dense) ? [`${percent(dense)} ${hasGates ? 'with all of them' : 'right'}`] : []),
  ];
  if (reached.length === 0 || classes === 0) return '';
  const best = lineToBeat(final.knn20);
  const raw = isNumber(rawPixels) ? `, raw pixels ${percent(rawPixels)}` : '';
  const pixels = best === null ? raw : `; to beat: ${best.name}, ${percent(best.share)}`;
  return `At its end 20-NN gets of ${test} test images ${reached.join(', ')} (guessing ${percent(1 / classes)}${pixels}).`;
}
