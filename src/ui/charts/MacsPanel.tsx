import { useMemo } from 'react';
import type { EpochRow, StepRow } from '../../metrics.ts';
import { decimate, type Point } from '../../store/series.ts';
import { percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import type { Curve } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { useFlags } from './useFlags.ts';

const CURVES: readonly Curve[] = [
  { key: 'train', label: 'training', color: 'var(--gated)' },
  { key: 'target', label: 'budget t_d', color: 'var(--target)', dashed: true, stepped: true },
  { key: 'evaluation', label: 'evaluation', color: 'var(--text)', dots: true, joined: true },
];
const TURN = 10;
/** Room for the evaluations beside the steps, within the limit of a curve. */
const STEPS = 360;
const EVALUATIONS = 200;

/** MACs of the gated branch over the dense ones: noisy gates in training, hard gates in evaluation, against t_d. */
export function MacsPanel() {
  const steps = useSampled((run) => run?.record.steps ?? null, TURN);
  const epochs = useSampled((run) => run?.record.epochs ?? null, TURN);
  const flags = useFlags(TURN);
  const points = useMemo(() => pointsOf(steps ?? [], epochs ?? []), [steps, epochs]);
  const drawn = useMemo(() => thinned(points), [points]);
  const gated = points.some(({ train }) => Number.isFinite(train));

  return (
    <Panel
      title="MAC ratio"
      topic="macs"
      picture="macs"
      aside="gated / dense, theoretical"
      table={points.length > 0 ? () => tableOf(points) : undefined}
    >
      {gated ? (
        <>
          <Legend points={points} curves={CURVES} format={percent} />
          <LazyChart
            points={drawn}
            curves={CURVES}
            height={130}
            format={wholePercent}
            domain={DOMAIN}
            flags={flags}
          />
        </>
      ) : (
        <Empty>
          {points.length > 0
            ? 'Plain VICReg has no gates: it always spends all MACs.'
            : 'What the gated branch spends, while training and in evaluation, against the budget t_d.'}
        </Empty>
      )}
    </Panel>
  );
}

const DOMAIN = [0, 'auto'] as const;

function wholePercent(value: number): string {
  return percent(value, 0);
}

/** One point per step; a step after which the network was evaluated has that ratio too. */
function pointsOf(steps: readonly StepRow[], epochs: readonly EpochRow[]): Point[] {
  const evaluated = new Map(epochs.map(({ step, macRatio }) => [step, macRatio ?? Number.NaN]));
  return steps.map(({ step, macRatio, budget }) => ({
    x: step,
    train: macRatio ?? Number.NaN,
    target: budget,
    evaluation: evaluated.get(step) ?? Number.NaN,
  }));
}

/** Evaluations are rare among the steps: they are thinned by themselves, or all of them would be lost. */
function thinned(points: readonly Point[]): Point[] {
  const evaluations = points.filter(({ evaluation }) => Number.isFinite(evaluation));
  const kept = new Set([
    ...decimate(points, ['train', 'target'], STEPS),
    ...decimate(evaluations, ['evaluation'], EVALUATIONS),
  ]);
  return [...kept].sort((a, b) => a.x - b.x);
}

function tableOf(points: readonly Point[]): Table {
  return {
    caption: 'MACs of the gated branch over the dense MACs, as fractions, by step.',
    columns: ['step', 'training', 'evaluation', 't_d'],
    rows: points.map(({ x, train, evaluation, target }) => [
      x,
      train ?? null,
      evaluation ?? null,
      target ?? null,
    ]),
  };
}
