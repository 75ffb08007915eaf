import { useCallback, useMemo } from 'react';
import type { StepRow } from '../../metrics.ts';
import { useLooks } from '../../store/looks.ts';
import type { RunState } from '../../store/run/run.ts';
import { type StepRange, useSelection } from '../../store/run/selection.ts';
import { SMOOTHING_LIMIT } from '../../store/run/series.ts';
import type { OverlaidRun } from '../../store/runs/overlay.ts';
import { figure } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { type Band, bandPoints } from './bands.ts';
import type { Curve } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { pickOverlay } from './OverlayPanel.tsx';
import { inRunColor } from './runMarks.ts';
import { smoothCurves } from './smoothCurve.ts';
import { stepTables } from './stepTable.ts';
import { useBehind } from './useBehind.ts';
import { useChartMenu } from './useChartMenu.ts';
import { useFlags } from './useFlags.ts';
import { type Drawn, useOverlaid } from './useOverlaid.ts';
import { useSteps } from './useSteps.ts';

const LOSS: Curve = { key: 'loss', label: 'loss', color: 'var(--text)' };
const MEASURED = [{ curve: LOSS, read: lossOf }];
/** Most points of a curve. The panel is about 330 pixels wide, so more points would share pixels. */
const POINTS = 400;

/** The loss of every step, smoothed as the user chooses, with the raw curve behind it. */
export function LossPanel() {
  const rows = useSteps(2);
  const flags = useFlags(2);
  const weight = useLooks((looks) => looks.smoothing);
  const zoom = useSelection((state) => state.zoom);
  const { choose } = useLooks.getState();
  const { log, items } = useChartMenu();
  const loss = useMemo(
    () => smoothCurves(rows, MEASURED, { weight, limit: POINTS, zoom, raw: true }),
    [rows, weight, zoom],
  );
  const draw = useCallback((run: OverlaidRun, of: StepRange | null) => drawLoss(run, weight, of), [weight]);
  const overlaid = useOverlaid(draw);
  const behind = useBehind(lossBehind);
  const broken = useMemo(
    () => rows.filter((row) => !Number.isFinite(row.loss)).map(({ step }) => step),
    [rows],
  );

  return (
    <Panel
      title="Loss"
      topic="loss"
      picture="loss"
      table={rows.length + overlaid.length > 0 ? stepTables : undefined}
      actions={[...items, { label: 'Overlay a run file…', act: pickOverlay }]}
      aside={
        <label
          className="smoothing"
          title="Smooths the curves of every step, and accuracies from ten evaluations on; the raw values stay behind them"
        >
          smoothing
          <input
            type="range"
            min={0}
            max={SMOOTHING_LIMIT}
            step={0.01}
            value={weight}
            onChange={({ currentTarget }) => choose({ smoothing: Number(currentTarget.value) })}
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
            newest={rows.at(-1)?.step ?? null}
            curves={rows.length > 0 ? loss.curves : NONE}
            overlaid={overlaid}
            behind={behind}
            format={figure}
            read={loss.read}
          />
          <LazyChart
            name="the loss"
            points={loss.points}
            curves={loss.curves}
            height={138}
            flags={flags}
            gaps={broken}
            log={log}
            overlaid={overlaid}
            behind={behind.bands}
          />
        </>
      )}
    </Panel>
  );
}

const NONE: readonly Curve[] = [];

/**
 * The smoothed loss of an overlaid run. Its raw values are not drawn: they would hide those of the page's
 * run.
 */
function drawLoss(run: OverlaidRun, weight: number, zoom: StepRange | null): Drawn | null {
  const { steps } = run.record;
  if (steps.length === 0) return null;
  const curve = inRunColor(LOSS, run);
  return smoothCurves(steps, [{ curve, read: lossOf }], { weight, limit: POINTS, zoom, raw: false });
}

function lossBehind({ record: { steps } }: RunState): readonly Band[] {
  return [{ key: LOSS.key, color: LOSS.color, points: bandPoints(steps, lossOf) }];
}

function lossOf({ loss }: StepRow): number {
  return loss;
}
