import { useMemo } from 'react';
import type { StepRow } from '../../metrics.ts';
import { usePlayground } from '../../store/playground.ts';
import { decimate, gaps, type Point } from '../../store/series.ts';
import { figure } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import type { Curve } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { stepTable } from './stepTable.ts';

type Term = keyof Pick<StepRow, 'invariance' | 'variance' | 'covariance' | 'budgetLoss' | 'boundLoss' | 'lr'>;

const TERMS: readonly (readonly [Term, string, string])[] = [
  ['invariance', 'invariance', 'var(--accent)'],
  ['variance', 'variance', 'var(--dense)'],
  ['covariance', 'covariance', 'var(--term)'],
  ['budgetLoss', 'budget', 'var(--target)'],
  ['boundLoss', 'bound', 'var(--gated)'],
  ['lr', 'learning rate', 'var(--muted)'],
];

/** The five terms of the loss and the learning rate, each on its own scale. */
export function TermsPanel() {
  const started = useSampled((run) => (run?.record.steps.length ?? 0) > 0, 3);
  return (
    <Panel title="Terms and learning rate" topic="terms" table={started ? allSteps : undefined}>
      {started ? (
        <div className="terms">
          {TERMS.map(([term, label, color], i) => (
            <TermChart key={term} term={term} label={label} color={color} turn={3 + i} />
          ))}
        </div>
      ) : (
        <Empty>Invariance, variance and covariance of VICReg, and the two terms of the gates.</Empty>
      )}
    </Panel>
  );
}

/** A quarter of the panel's width has room for no more. */
const POINTS = 160;

interface TermChartProps {
  readonly term: Term;
  readonly label: string;
  readonly color: string;
  readonly turn: number;
}

function TermChart({ term, label, color, turn }: TermChartProps) {
  const rows = useSampled((run) => run?.record.steps ?? null, turn);
  const points = useMemo(
    () => (rows ?? []).map((row): Point => ({ x: row.step, [term]: row[term] })),
    [rows, term],
  );
  const curves = useMemo((): Curve[] => [{ key: term, label, color }], [term, label, color]);
  const drawn = useMemo(() => decimate(points, [term], POINTS), [points, term]);
  const broken = useMemo(() => gaps(points, [term]), [points, term]);
  return (
    <div>
      <Legend points={points} curves={curves} format={figure} />
      <LazyChart points={drawn} curves={curves} height={78} format={figure} gaps={broken} />
    </div>
  );
}

function allSteps(): Table {
  return stepTable(usePlayground.getState().run?.record.steps ?? []);
}
