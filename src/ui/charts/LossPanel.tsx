import { useCallback, useMemo, useState } from 'react';
import type { StepRow } from '../../metrics.ts';
import { decimate, indexAt, SMOOTHING_LIMIT, smoothed } from '../../store/run/series.ts';
import type { OverlaidRun } from '../../store/runs/overlay.ts';
import { figure } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { useSampled } from '../shell/useSampled.ts';
import type { Curve, Point } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { pickOverlay } from './OverlayPanel.tsx';
import { inRunColor } from './runMarks.ts';
import { NO_STEPS, stepTables } from './stepTable.ts';
import { useFlags } from './useFlags.ts';
import { type Drawn, useOverlaid } from './useOverlaid.ts';

const RAW: Curve = { key: 'raw', label: 'raw', color: 'var(--text)', faint: true };
const LOSS: Curve = { key: 'loss', label: 'loss', color: 'var(--text)' };
/** Most points of a curve. The panel is about 330 pixels wide, so more points would share pixels. */
const POINTS = 400;

/** The loss of every step, smoothed as the user chooses, with the raw curve behind it. */
export function LossPanel() {
  const rows = useSampled((run) => run?.record.steps ?? NO_STEPS, 2);
  const flags = useFlags(2);
  const [weight, setWeight] = useState(0.6);
  const [log, setLog] = useState(false);
  const smooth = useMemo(() => smoothed(rows, lossOf, weight), [rows, weight]);
  const points = useMemo(
    () =>
      decimate(rows, [lossOf, (_, i) => smooth[i]!], POINTS).map((i): Point => {
        const { step, loss } = rows[i]!;
        return { step, raw: loss, loss: smooth[i]! };
      }),
    [rows, smooth],
  );
  const overlaid = useOverlaid(useCallback((run: OverlaidRun) => drawLoss(run, weight), [weight]));
  const broken = useMemo(
    () => rows.filter(({ loss }) => !Number.isFinite(loss)).map(({ step }) => step),
    [rows],
  );

  return (
    <Panel
      title="Loss"
      topic="loss"
      picture="loss"
      table={rows.length + overlaid.length > 0 ? stepTables : undefined}
      actions={[
        { label: 'Logarithmic axis', pressed: log, act: () => setLog(!log) },
        { label: 'Overlay a run file…', act: pickOverlay },
      ]}
      aside={
        <label className="smoothing">
          smoothing
          <input
            type="range"
            min={0}
            max={SMOOTHING_LIMIT}
            step={0.01}
            value={weight}
            onChange={({ currentTarget }) => setWeight(Number(currentTarget.value))}
          />
          {weight.toFixed(2)}
        </label>
      }
    >
      {rows.length + overlaid.length === 0 ? (
        <Empty>One point per training step appears here, from the first step on.</Empty>
      ) : (
        <>
          <Legend
            namesStep
            curves={rows.length > 0 ? CURVES : NONE}
            overlaid={overlaid}
            format={figure}
            read={(_, step) => smooth[step === null ? rows.length - 1 : indexAt(rows, step)] ?? Number.NaN}
          />
          <LazyChart
            points={points}
            curves={CURVES}
            height={130}
            format={figure}
            flags={flags}
            gaps={broken}
            log={log}
            overlaid={overlaid}
          />
        </>
      )}
    </Panel>
  );
}

const CURVES = [RAW, LOSS];
const NONE: readonly Curve[] = [];

/**
 * The smoothed loss of an overlaid run. Its raw values are not drawn: they would hide those of the page's
 * run.
 */
function drawLoss({ record: { steps }, place }: OverlaidRun, weight: number): Drawn | null {
  if (steps.length === 0) return null;
  const smooth = smoothed(steps, lossOf, weight);
  const points = decimate(steps, [(_, i) => smooth[i]!], POINTS).map((i): Point => {
    return { step: steps[i]!.step, loss: smooth[i]! };
  });
  return {
    points,
    curves: [inRunColor(LOSS, place)],
    read: (_, step) => smooth[step === null ? steps.length - 1 : indexAt(steps, step)] ?? Number.NaN,
  };
}

function lossOf({ loss }: StepRow): number {
  return loss;
}
