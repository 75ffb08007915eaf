import { memo } from 'react';
import { CartesianGrid, Line, LineChart, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import { useSelection } from '../../store/run/selection.ts';
import { type Curve, type Flag, type Level, type Point, placeFlags, type Range, rangeOf } from './curves.ts';
import { markOf } from './runMarks.ts';
import type { OverlaidCurves } from './useOverlaid.ts';

export interface CurveChartProps {
  /** At most a few hundred points: see store/run/series.ts. */
  readonly points: readonly Point[];
  readonly curves: readonly Curve[];
  readonly height: number;
  readonly format: (value: number) => string;
  readonly levels?: readonly Level[];
  readonly flags?: readonly Flag[];
  /** Steps with values that are not finite. */
  readonly gaps?: readonly number[];
  readonly domain?: Range;
  readonly log?: boolean;
  /** Runs that are laid over the chart, behind its own curves. */
  readonly overlaid?: readonly OverlaidCurves[];
}

const AXIS = { fontSize: 10.5, fill: 'var(--muted)' };
/** Height of a flag's label, pixels. */
const LABEL_ROW = 11;
const MARGIN = { top: 6, right: 8, bottom: 0, left: 0 };
const AUTO: Range = ['auto', 'auto'];

/** Curves over the steps of a run. The crosshair is shared by all charts of the page. */
export const CurveChart = memo(function CurveChart(props: CurveChartProps) {
  const { points, curves, height, format, levels = [], flags = [], gaps = [], log = false } = props;
  const { domain = AUTO, overlaid = [] } = props;
  const { moveCrosshair } = useSelection.getState();
  const last = lastStep(points, overlaid);
  const range = rangeOf(valuesOf([{ points, curves }, ...overlaid], levels), domain, log);
  return (
    <div className="chart" style={{ height }}>
      <LineChart
        responsive
        style={{ width: '100%', height: '100%' }}
        data={points.map(drawable)}
        margin={MARGIN}
        syncId="steps"
        syncMethod="value"
        accessibilityLayer={false}
        onMouseMove={({ activeLabel }) => moveCrosshair(typeof activeLabel === 'number' ? activeLabel : null)}
        onMouseLeave={() => moveCrosshair(null)}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="step"
          type="number"
          domain={[0, last > 0 ? last : 'dataMax']}
          tick={AXIS}
          tickLine={false}
          stroke="var(--line-strong)"
          height={18}
          minTickGap={28}
          allowDecimals={false}
        />
        <YAxis
          width={40}
          tick={AXIS}
          tickLine={false}
          axisLine={false}
          tickCount={4}
          tickFormatter={format}
          domain={[...range]}
          scale={log ? 'log' : 'auto'}
          allowDataOverflow={log}
        />
        <Tooltip content={() => null} cursor={{ stroke: 'var(--line-strong)' }} isAnimationActive={false} />
        {levels.map(({ key, value, color }) => (
          <ReferenceLine key={key} y={value} stroke={color} strokeDasharray="2 3" ifOverflow="extendDomain" />
        ))}
        {placeFlags(flags, last).map(({ step, label, side, row }) => (
          <ReferenceLine
            key={`${step} ${label}`}
            x={step}
            stroke="var(--target)"
            strokeDasharray="4 3"
            label={{
              value: label,
              // The names are relative to the line: a label at “left” begins at the line.
              position: side === 'right' ? 'insideTopLeft' : 'insideTopRight',
              dy: row * LABEL_ROW,
              fontSize: 10,
              fill: 'var(--target)',
            }}
          />
        ))}
        {gaps.map((step) => (
          <ReferenceLine key={`gap ${step}`} x={step} stroke="var(--danger)" />
        ))}
        {overlaid.flatMap(({ id, place, points: others, curves: theirs }) => {
          const data = others.map(drawable);
          return theirs.map(({ key, color, dots, joined, stepped }) => (
            <Line
              key={`${id} ${key}`}
              data={data}
              dataKey={key}
              type={stepped ? 'stepBefore' : 'linear'}
              stroke={color}
              strokeWidth={1.4}
              strokeDasharray={markOf(place).dash}
              dot={dots ? { r: 1.8, fill: color, strokeWidth: 0, strokeDasharray: 'none' } : false}
              activeDot={false}
              connectNulls={joined ?? false}
              isAnimationActive={false}
            />
          ));
        })}
        {curves.map(({ key, color, dashed, faint, dots, joined, stepped }) => (
          <Line
            key={key}
            dataKey={key}
            type={stepped ? 'stepBefore' : 'linear'}
            stroke={color}
            strokeWidth={faint ? 1 : 1.75}
            strokeOpacity={faint ? 0.3 : 1}
            {...(dashed ? { strokeDasharray: '5 3' } : {})}
            dot={dots ? { r: 2.2, fill: color, strokeWidth: 0 } : false}
            activeDot={false}
            connectNulls={joined ?? false}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </div>
  );
});

/** Every value that the chart draws. */
function* valuesOf(
  drawn: readonly Pick<OverlaidCurves, 'points' | 'curves'>[],
  levels: readonly Level[],
): Generator<number, void, undefined> {
  for (const { value } of levels) yield value;
  for (const { points, curves } of drawn) {
    for (const point of points) for (const { key } of curves) yield point[key] ?? Number.NaN;
  }
}

/** The step at the chart's right edge. */
function lastStep(points: readonly Point[], overlaid: readonly OverlaidCurves[]): number {
  return Math.max(0, ...[points, ...overlaid.map((run) => run.points)].map((of) => of.at(-1)?.step ?? 0));
}

/** The chart library draws a gap for null, not for NaN. */
function drawable(point: Point): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(point).map(([key, value]) => [key, Number.isFinite(value) ? value : null]),
  );
}
