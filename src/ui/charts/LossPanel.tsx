import { useMemo, useState } from 'react';
import type { StepRow } from '../../metrics.ts';
import { decimate, indexAt, SMOOTHING_LIMIT, smoothed } from '../../store/series.ts';
import { figure } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { useSampled } from '../shell/useSampled.ts';
import type { Curve, Point } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { NO_STEPS, stepTable } from './stepTable.ts';
import { useFlags } from './useFlags.ts';

const RAW: Curve = { key: 'raw', label: 'raw', color: 'var(--text)', faint: true };
const LOSS: Curve = { key: 'loss', label: 'loss', color: 'var(--text)' };
/** The panel is some 330 pixels wide: more points would share pixels. */
const POINTS = 400;

/** The loss of every step, smoothed as the user likes, with the raw curve behind. */
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
  const broken = useMemo(
    () => rows.filter(({ loss }) => !Number.isFinite(loss)).map(({ step }) => step),
    [rows],
  );

  return (
    <Panel
      title="Loss"
      topic="loss"
      picture="loss"
      table={rows.length > 0 ? () => stepTable(rows) : undefined}
      actions={[{ label: 'Logarithmic axis', pressed: log, act: () => setLog(!log) }]}
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
      {rows.length === 0 ? (
        <Empty>One point per training step appears here, from the first step on.</Empty>
      ) : (
        <>
          <Legend
            namesStep
            curves={CURVES}
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
          />
        </>
      )}
    </Panel>
  );
}

const CURVES = [RAW, LOSS];

function lossOf({ loss }: StepRow): number {
  return loss;
}
