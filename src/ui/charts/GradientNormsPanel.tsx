import { useCallback, useMemo } from 'react';
import type { GradientNorms, StepRow } from '../../metrics.ts';
import { useLooks } from '../../store/looks.ts';
import type { RunState } from '../../store/run/run.ts';
import { type StepRange, useSelection } from '../../store/run/selection.ts';
import type { OverlaidRun } from '../../store/runs/overlay.ts';
import { figure } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { type Band, bandPoints } from './bands.ts';
import type { Curve } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { type Measured, smoothCurves } from './smoothCurve.ts';
import { stepTables } from './stepTable.ts';
import { useBehind } from './useBehind.ts';
import { useChartMenu } from './useChartMenu.ts';
import { useFlags } from './useFlags.ts';
import { type Drawn, useOverlaid } from './useOverlaid.ts';
import { useSteps } from './useSteps.ts';

const TURN = 12;
/** Most points of a curve; there are three of them, each with its raw values. */
const POINTS = 300;
const CURVES: readonly (readonly [keyof GradientNorms, string])[] = [
  ['encoder', 'var(--accent)'],
  ['projector', 'var(--term)'],
  ['gates', 'var(--gated)'],
];

/**
 * The norm of the loss's gradient in each part of the network. A jump tells of a step that may diverge; a
 * norm near 0 of a part that learns no more.
 */
export function GradientNormsPanel() {
  const steps = useSteps(TURN);
  const flags = useFlags(TURN);
  const weight = useLooks((looks) => looks.smoothing);
  const zoom = useSelection((state) => state.zoom);
  const { log, items } = useChartMenu(true);
  const measured = useMemo(() => measuredIn(steps), [steps]);
  const own = useMemo(
    () => smoothCurves(steps, measured, { weight, limit: POINTS, zoom, raw: true }),
    [steps, measured, weight, zoom],
  );
  const draw = useCallback((run: OverlaidRun, of: StepRange | null) => drawNorms(run, weight, of), [weight]);
  const overlaid = useOverlaid(draw);
  const behind = useBehind(normsBehind);
  const broken = useMemo(
    () =>
      steps.flatMap((row) => (measured.some(({ read }) => !Number.isFinite(read(row, 0))) ? [row.step] : [])),
    [steps, measured],
  );
  const shows = measured.length + overlaid.length > 0;
  return (
    <Panel
      title="Gradient norms"
      topic="gradientNorms"
      picture="gradient-norms"
      aside="before LARS and momentum"
      actions={items}
      table={shows ? stepTables : undefined}
    >
      {shows ? (
        <>
          <Legend
            curves={measured.length > 0 ? own.curves : NONE}
            format={figure}
            overlaid={overlaid}
            behind={behind}
            read={own.read}
          />
          <LazyChart
            name="the gradient norms"
            points={own.points}
            curves={own.curves}
            height={138}
            log={log}
            flags={flags}
            gaps={broken}
            overlaid={overlaid}
            behind={behind.bands}
          />
        </>
      ) : (
        <Empty>
          {steps.length > 0
            ? 'This run does not hold the norms of its gradients: it was recorded before they were.'
            : 'How large the gradient of the loss is in the encoder, the projector and the gates, step by step.'}
        </Empty>
      )}
    </Panel>
  );
}

function normsBehind({ record: { steps } }: RunState): readonly Band[] {
  return measuredIn(steps).map(({ curve: { key, color }, read }) => {
    return { key, color, points: bandPoints(steps, read) };
  });
}

const NONE: readonly Curve[] = [];

/** The parts whose gradient the steps of a run tell. None for runs from before it was recorded. */
function measuredIn(steps: readonly StepRow[]): Measured<StepRow>[] {
  const norms = steps[0]?.gradientNorms;
  return CURVES.filter(([part]) => norms?.[part] !== undefined).map(([part, color]) => ({
    curve: { key: part, label: part, color },
    read: ({ gradientNorms }) => gradientNorms?.[part] ?? Number.NaN,
  }));
}

function drawNorms({ record: { steps } }: OverlaidRun, weight: number, zoom: StepRange | null): Drawn | null {
  const measured = measuredIn(steps);
  if (measured.length === 0) return null;
  return smoothCurves(steps, measured, { weight, limit: POINTS, zoom, raw: false });
}
