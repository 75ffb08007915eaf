import type { RunConfig } from '../../config.ts';
import type { EpochRow } from '../../metrics.ts';
import { branchesOf, branchName, macShare } from '../../store/run/branches.ts';
import { systemName } from '../../store/runs/runsText.ts';
import { count, percent } from '../shell/format.ts';
import type { Along, ParetoPoint } from './paretoPoints.ts';

/** The run on the page at its newest evaluation. */
export interface LiveRun {
  readonly config: RunConfig;
  readonly evaluation: EpochRow;
  /** Side of its images, pixels. */
  readonly side: number;
  readonly denseMacs: number;
}

/** The points of a run that has not ended: what its branches reach and spend now. Without labels, none. */
export function livePoints({ config, evaluation, side, denseMacs }: LiveRun, along: Along): ParetoPoint[] {
  return branchesOf(config).flatMap((branch): ParetoPoint[] => {
    const y = evaluation.knn20[branch] ?? null;
    const ratio = branch === 'gated' ? evaluation.macRatio : macShare(config, side, branch);
    if (y === null || ratio === null) return [];
    const name = `${systemName(config)}: ${branchName(branch).toLowerCase()}`;
    return [
      {
        ...{ key: `live ${branch}`, row: null, network: 'live', name, system: config.system },
        ...{ whose: 'the run on the page', hollow: false, live: true },
        ...{ x: along === 'macs' ? ratio * denseMacs : ratio, xSpread: null, y },
        ...{ standardError: null, ySpread: null },
        says: `The run on the page, ${name}: ${percent(y)} at ${percent(ratio)} of the dense MACs, after ${count(evaluation.step)} of ${count(config.steps)} steps`,
      },
    ];
  });
}
