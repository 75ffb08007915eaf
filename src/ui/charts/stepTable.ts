import type { StepRow } from '../../metrics.ts';
import { useOverlay } from '../../store/overlay.ts';
import type { Table } from '../shell/table.ts';
import { withOverlaid } from './overlaidTable.ts';

/** One and the same empty list, so that a chart without a run is not drawn again and again. */
export const NO_STEPS: readonly StepRow[] = [];

const COLUMNS = [
  'step',
  'epoch',
  'loss',
  'invariance',
  'variance',
  'covariance',
  'budgetLoss',
  'boundLoss',
  'macRatio',
  'budget',
  'lr',
  'ms',
] as const satisfies readonly (keyof StepRow)[];

/** Every step with all that was measured, under the names of the run file. */
export function stepTable(rows: readonly StepRow[]): Table {
  return {
    caption:
      'Training steps. VICReg’s terms are unweighted; ratios are fractions; ms is the time of the step.',
    columns: COLUMNS,
    length: rows.length,
    row: (i) => COLUMNS.map((column) => rows[i]![column]),
  };
}

/** Every step of the run on the page and of those laid over the charts, as they are now. */
export function stepTables(rows: readonly StepRow[]): Table {
  const own = rows.length > 0 ? stepTable(rows) : undefined;
  const others = useOverlay.getState().runs.filter(({ record }) => record.steps.length > 0);
  const tables = others.map(({ name, record }) => ({ name, table: stepTable(record.steps) }));
  return withOverlaid(own, tables) ?? stepTable(rows);
}
