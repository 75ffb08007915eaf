import { useMemo, useState } from 'react';
import { decimate, gaps, type Point, SMOOTHING_LIMIT, smoothed } from '../../store/series.ts';
import { figure } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { useSampled } from '../shell/useSampled.ts';
import type { Curve } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { stepTable } from './stepTable.ts';
import { useFlags } from './useFlags.ts';

const RAW: Curve = { key: 'raw', label: 'raw', color: 'var(--text)', faint: true };
const LOSS: Curve = { key: 'loss', label: 'loss', color: 'var(--text)' };
/** The panel is some 330 pixels wide: more points would share pixels. */
const POINTS = 400;

/** The loss of every step, smoothed as the user likes, with the raw curve behind. */
export function LossPanel() {
  const rows = useSampled((run) => run?.record.steps ?? null, 2);
  const flags = useFlags(2);
  const [weight, setWeight] = useState(0.6);
  const [log, setLog] = useState(false);
  const points = useMemo(() => {
    const raw = (rows ?? []).map(({ loss }) => loss);
    const smooth = smoothed(raw, weight);
    return (rows ?? []).map(({ step }, i): Point => ({ x: step, raw: raw[i]!, loss: smooth[i]! }));
  }, [rows, weight]);
  const drawn = useMemo(() => decimate(points, ['raw', 'loss'], POINTS), [points]);
  const broken = useMemo(() => gaps(points, ['raw']), [points]);

  return (
    <Panel
      title="Loss"
      topic="loss"
      picture="loss"
      table={rows?.length ? () => stepTable(rows) : undefined}
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
      {points.length === 0 ? (
        <Empty>One point per training step appears here, from the first step on.</Empty>
      ) : (
        <>
          <Legend points={points} curves={[LOSS]} format={figure} />
          <LazyChart
            points={drawn}
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
