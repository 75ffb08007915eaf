import type { RunState } from '../../store/run/run.ts';
import { count, percent } from '../shell/format.ts';

/**
 * What a run reached at its end, in sentences without the field's words, beside what guessing and raw pixels
 * reach. Empty where it was not measured.
 */
export function resultWords({ record: { final, ready } }: Pick<RunState, 'record'>): string {
  if (final === null || ready === null) return '';
  const { dense, gated, rawPixels } = final.knn20;
  const { ratio } = final.macs;
  const classes = ready.data.classes.length;
  if (classes === 0) return '';
  const hasGates = isNumber(gated) && isNumber(ratio);
  const reached = [
    ...(hasGates ? [`${percent(gated)} with ${percent(ratio)} of the multiplications`] : []),
    ...(isNumber(dense) ? [`${percent(dense)} with ${hasGates ? 'all of them' : 'the whole network'}`] : []),
  ];
  if (reached.length === 0) return '';
  const beside = [
    `guessing ${percent(1 / classes)}`,
    ...(isNumber(rawPixels) ? [`raw pixels ${percent(rawPixels)}`] : []),
  ];
  const test = final.sample?.test ?? ready.data.test;
  return `At its end, of ${count(test)} test images a vote of their neighbours names right: ${reached.join(', ')}. Beside that: ${beside.join(', ')}.`;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
