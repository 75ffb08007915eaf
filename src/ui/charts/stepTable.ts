import type { RunConfig } from '../../config.ts';
import type { GradientNorms, StepRow } from '../../metrics.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { usePlayground } from '../../store/playground.ts';
import { passLabels, termLabels } from '../../store/run/branches.ts';
import { useOverlay } from '../../store/runs/overlay.ts';
import type { Table } from '../shell/table.ts';
import { withOverlaid } from './overlaidTable.ts';
import { NO_STEPS, stepsOf } from './useSteps.ts';

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
 * Every step with all its measured values, under the names of the run file. The terms of the loss are found
 * by their names, not by their indices, because the second term of another system is a different one.
 * @param config the run's configuration, which says what its terms are
 */
export function stepTable(rows: readonly StepRow[], config: RunConfig): Table {
  const terms = termLabels(config);
  const parts = partColumns(rows, config);
  return {
    caption:
      'Training steps. VICReg’s terms, and every “term” of the loss, are unweighted; ratios are fractions; ms is the time of the step.',
    columns: [...COLUMNS, ...terms.map((label) => `term ${label}`), ...parts.map(([name]) => name)],
    length: rows.length,
    row: (i) => {
      const row = rows[i]!;
      return [
        ...COLUMNS.map((column) => row[column]),
        ...terms.map((_, t) => row.terms[t] ?? null),
        ...parts.map(([, read]) => read(row) ?? null),
      ];
    },
  };
}

type PartColumn = readonly [name: string, read: (row: StepRow) => number | undefined];

/** Columns that runs from before they were recorded do not have. */
function partColumns(rows: readonly StepRow[], config: RunConfig): PartColumn[] {
  const [first] = rows;
  const ofPass = (term: 'variance' | 'covariance') =>
    passLabels(config).map(
      ({ label }, i): PartColumn => [`${term} ${label}`, (row) => row.byPass?.[term][i]],
    );
  const ofPart = (part: keyof GradientNorms): PartColumn => [
    `gradient ${part}`,
    (row) => row.gradientNorms?.[part],
  ];
  const { gradientNorms } = first ?? {};
  return [
    ...(first?.byPass ? [...ofPass('variance'), ...ofPass('covariance')] : []),
    ...(gradientNorms ? [ofPart('encoder'), ofPart('projector')] : []),
    ...(gradientNorms?.gates === undefined ? [] : [ofPart('gates')]),
  ];
}

/** The steps so far of the run on the page and of those that are laid over the charts. */
export function stepTables(): Table {
  const { run } = usePlayground.getState();
  const own = run && run.record.steps.length > 0 ? stepTable(stepsOf(run.record), run.config) : undefined;
  const others = useOverlay.getState().runs.filter(({ record }) => record.steps.length > 0);
  const tables = others.map(({ name, record, config }) => ({ name, table: stepTable(record.steps, config) }));
  return withOverlaid(own, tables) ?? stepTable(NO_STEPS, DEFAULT_CONFIG);
}
