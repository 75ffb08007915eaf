import { useMemo } from 'react';
import type { StepRow } from '../../metrics.ts';
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
  const rows = useSampled((run) => run?.record.steps ?? NO_STEPS, turn);
  const curves = useMemo((): Curve[] => [{ key: term, label, color }], [term, label, color]);
  const points = useMemo(
    () =>
      decimate(rows, [(row) => row[term]], POINTS).map((i): Point => {
        return { step: rows[i]!.step, [term]: rows[i]![term] };
      }),
    [rows, term],
  );
  const broken = useMemo(
    () => rows.filter((row) => !Number.isFinite(row[term])).map(({ step }) => step),
    [rows, term],
  );
  return (
    <div>
      <Legend
        curves={curves}
        format={figure}
        read={(_, step) => rows[step === null ? rows.length - 1 : indexAt(rows, step)]?.[term] ?? Number.NaN}
      />
      <LazyChart points={points} curves={curves} height={78} format={tick} gaps={broken} />
    </div>
  );
}

function allSteps(): Table {
  return stepTable(usePlayground.getState().run?.record.steps ?? NO_STEPS);
}
