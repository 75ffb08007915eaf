import type { RunConfig } from '../../config.ts';
import type { Measure } from '../../store/runs/runsTable.ts';
import { runName } from '../../store/runs/runsText.ts';
import { MASK_TEXTS, type MasksOutcome } from '../../store/studies/findings.ts';
import { percent, signed } from '../shell/format.ts';
import type { Along, ParetoPoint } from './paretoPoints.ts';

/**
 * The run on the page under its real gates and under the masks that the Mask lab holds at equal MACs, from
 * the least to the best accuracy. Nothing of a network without gates, which the lab prunes instead.
 */
export function maskLine(
  config: RunConfig,
  { masks, gated }: MasksOutcome,
  measure: Measure,
  along: Along,
): ParetoPoint[] {
  if (!gated) return [];
  const points = masks.flatMap(({ mask, macs, ratio, scores }): ParetoPoint[] => {
    const score = scores.find((candidate) => candidate.measure === measure);
    if (!score || mask === 'always-on') return [];
    const { accuracy, standardError, comparison } = score;
    const { label, does } = MASK_TEXTS[mask];
    const less =
      comparison === null
        ? ''
        : ` The real gates less this: ${signed(100 * comparison.difference, 1)} ± ${(100 * comparison.standardError).toFixed(1)} points.`;
    return [
      {
        ...{ key: `mask ${mask}`, row: null, network: null, system: config.system, hollow: false },
        ...{ name: `${runName({ config })}, Mask lab: ${label}`, whose: 'the run on the page' },
        ...{ x: along === 'macs' ? macs : ratio, xSpread: null, y: accuracy },
        ...{ standardError, ySpread: null },
        says: `Mask lab, ${label}, on the weights of ${runName({ config })}: ${percent(accuracy)} ± ${percent(standardError)} (standard error) at ${percent(ratio)} of the dense MACs.${less} ${does}`,
      },
    ];
  });
  return points.toSorted((a, b) => a.y - b.y);
}
