import { useMemo } from 'react';
import type { RunConfig } from '../../config.ts';
import type { StepRow } from '../../metrics.ts';
import { termLabels } from '../../store/branches.ts';
import { usePlayground } from '../../store/playground.ts';
import { decimate, indexAt } from '../../store/series.ts';
import { figure, tick } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import type { Curve, Point } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { NO_STEPS, stepTable } from './stepTable.ts';

/** One small chart: what it shows of a step. */
interface TermCurve {
  readonly curve: Curve;
  read(row: StepRow): number;
}

type Named = keyof Pick<
  StepRow,
  'invariance' | 'variance' | 'covariance' | 'budgetLoss' | 'boundLoss' | 'lr'
>;

const NAMED: readonly (readonly [Named, string, string])[] = [
  ['invariance', 'invariance', 'var(--accent)'],
  ['variance', 'variance', 'var(--dense)'],
  ['covariance', 'covariance', 'var(--term)'],
  ['budgetLoss', 'budget', 'var(--target)'],
  ['boundLoss', 'bound', 'var(--gated)'],
];

/** The terms of the loss and the learning rate, each on its own scale. */
export function TermsPanel() {
  const first = useSampled((run) => run?.record.steps[0] ?? null, 3);
  const config = useSampled((run) => run?.config ?? null, 3);
  const shown = useMemo(() => (first && config ? curvesOf(first, config) : []), [first, config]);
  return (
    <Panel title="Terms and learning rate" topic="terms" table={first ? allSteps : undefined}>
      {first ? (
        <div className="terms">
          {shown.map((term, i) => (
            <TermChart key={term.curve.key} term={term} turn={3 + i} />
          ))}
        </div>
      ) : (
        <Empty>Invariance, variance and covariance of VICReg, and the two terms of the gates.</Empty>
      )}
    </Panel>
  );
}

/** What a run has: gates have terms of their own, a contrastive loss no VICReg, SlimCLR a loss for each width. */
function curvesOf(first: StepRow, config: RunConfig): TermCurve[] {
  const gates = first.macRatio !== null;
  const named = NAMED.filter(([key]) =>
    key === 'budgetLoss' || key === 'boundLoss' ? gates : Number.isFinite(first[key]),
  ).map(([key, label, color]): TermCurve => ({ curve: { key, label, color }, read: (row) => row[key] }));
  const labels = termLabels(config);
  const perTerm = labels.map((label, i): TermCurve => {
    const color = i === 0 ? 'var(--dense)' : 'var(--term)';
    return { curve: { key: `term ${i}`, label, color }, read: (row) => row.terms[i] ?? Number.NaN };
  });
  const rate: TermCurve = {
    curve: { key: 'lr', label: 'learning rate', color: 'var(--muted)' },
    read: (row) => row.lr,
  };
  return [...named, ...(labels.length > 1 || named.length === 0 ? perTerm : []), rate];
}

/** A quarter of the panel's width has room for no more. */
const POINTS = 160;

function TermChart({ term, turn }: { readonly term: TermCurve; readonly turn: number }) {
  const { curve, read } = term;
  const rows = useSampled((run) => run?.record.steps ?? NO_STEPS, turn);
  const curves = useMemo((): Curve[] => [curve], [curve]);
  const points = useMemo(
    () =>
      decimate(rows, [read], POINTS).map((i): Point => {
        return { step: rows[i]!.step, [curve.key]: read(rows[i]!) };
      }),
    [rows, read, curve],
  );
  // A term that has not begun to count is no fault.
  const broken = useMemo(
    () =>
      curve.key.startsWith('term')
        ? []
        : rows.filter((row) => !Number.isFinite(read(row))).map(({ step }) => step),
    [rows, read, curve],
  );
  return (
    <div>
      <Legend
        curves={curves}
        format={figure}
        read={(_, step) => {
          const row = rows[step === null ? rows.length - 1 : indexAt(rows, step)];
          return row ? read(row) : Number.NaN;
        }}
      />
      <LazyChart points={points} curves={curves} height={78} format={tick} gaps={broken} />
    </div>
  );
}

function allSteps(): Table {
  return stepTable(usePlayground.getState().run?.record.steps ?? NO_STEPS);
}
