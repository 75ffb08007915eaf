import type { RunConfig } from '../../config.ts';
import type { StepRow } from '../../metrics.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { usePlayground } from '../../store/playground.ts';
import { termLabels } from '../../store/run/branches.ts';
import { useOverlay } from '../../store/runs/overlay.ts';
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

/**
 * Every step with all that was measured, under the names of the run file. The terms of the loss go by what they are
 * called, not by their places: another system's second term is another one.
 * @param config of the run, which says what its terms are
 */
export function stepTable(rows: readonly StepRow[], config: RunConfig): Table {
  const terms = termLabels(config);
  return {
    caption:
      'Training steps. VICReg’s terms, and every “term” of the loss, are unweighted; ratios are fractions; ms is the time of the step.',
    columns: [...COLUMNS, ...terms.map((label) => `term ${label}`)],
    length: rows.length,
    row: (i) => {
      const row = rows[i]!;
      return [...COLUMNS.map((column) => row[column]), ...terms.map((_, t) => row.terms[t] ?? null)];
    },
  };
}

/** Every step of the run on the page and of those laid over the charts, as they are now. */
export function stepTables(): Table {
  const { run } = usePlayground.getState();
  const own = run && run.record.steps.length > 0 ? stepTable(run.record.steps, run.config) : undefined;
  const others = useOverlay.getState().runs.filter(({ record }) => record.steps.length > 0);
  const tables = others.map(({ name, record, config }) => ({ name, table: stepTable(record.steps, config) }));
  return withOverlaid(own, tables) ?? stepTable(NO_STEPS, DEFAULT_CONFIG);
}
