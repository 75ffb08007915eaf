import { cautionOf } from '../../store/run/dial/dialStops.ts';
import type { CurvePoint } from '../../store/run/dial/onDial.ts';
import type { ShelvedRun } from '../../store/runs/runs.ts';
import type { RowKind, RunGroup, RunSection } from '../../store/runs/runsTable.ts';
import { runName } from '../../store/runs/runsText.ts';
import { count, percent } from '../shell/format.ts';
import { ORIGINS } from './origins.ts';
import { type Along, type ParetoPoint, rowKey } from './paretoPoints.ts';

/** One trained network at the budgets of its dial. */
export interface DialLine {
  readonly key: string;
  readonly system: RowKind;
  /** In the order of their budgets. Points with a note are not what was asked for. */
  readonly points: readonly ParetoPoint[];
}

/** A line for each run that has a calibrated dial, and labels: what a dial has is 20-NN. */
export function dialLines(sections: readonly RunSection[], along: Along): DialLine[] {
  return sections.flatMap(({ rows }) => {
    // All branches of a group turn together, so choosing a point leads to the row of the one that turns.
    const turned = new Map(rows.flatMap((row) => (row.branch === 'dense' ? [] : [[row.group, rowKey(row)]])));
    return [...turned].flatMap(([group, row]) => group.runs.flatMap((run) => lineOf(run, group, row, along)));
  });
}

function lineOf(run: ShelvedRun, group: RunGroup, row: string, along: Along): DialLine[] {
  const key = `${group.key} ${run.id} dial`;
  const points = (run.dial?.points ?? []).flatMap((point): ParetoPoint[] => {
    const { budget, macRatio, knn20, standardError } = point;
    if (knn20 === null) return [];
    const note = cautionOf(point);
    return [
      {
        ...{ key: `${key} ${budget}`, row, network: null, system: group.kind },
        name: `${runName(run)}, by its dial at ${percent(budget, 0)}`,
        ...{ whose: ORIGINS[group.origin], hollow: group.origin !== 'here' },
        ...{ x: along === 'macs' ? macRatio * run.denseMacs : macRatio, xSpread: null, y: knn20 },
        ...{ standardError, ySpread: null, says: saying(run, point) },
        ...(note !== null && { note }),
      },
    ];
  });
  return points.length === 0 ? [] : [{ key, system: group.kind, points }];
}

function saying(run: ShelvedRun, point: CurvePoint): string {
  const { budget, macRatio, knn20, standardError } = point;
  const caution = cautionOf(point);
  return `${runName(run)}, turned by its dial to ${percent(budget, 0)} and not trained again (ours, not the paper’s): ${percent(knn20)} ± ${percent(standardError)} (standard error) at ${percent(macRatio)} of the dense MACs, on ${count(run.dial?.sample.test)} test images.${caution === null ? '' : ` Caution: ${caution}`}`;
}
