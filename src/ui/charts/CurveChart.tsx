import { memo, useRef } from 'react';
import { CartesianGrid, Line, LineChart, ReferenceLine, XAxis, YAxis } from 'recharts';
import { useLooks } from '../../store/looks.ts';
import { useSelection } from '../../store/run/selection.ts';
import { useShown } from '../../store/run/shown.ts';
import { useSize } from '../shell/useSize.ts';
import { AxisMarks } from './AxisMarks.tsx';
import { type Axis, type Range, stepAxis, tickTexts, type Unit, valueAxis } from './axis.ts';
import { Bands } from './Bands.tsx';
import { type Band, within } from './bands.ts';
import { ChartPointer } from './ChartPointer.tsx';
import type { Curve, Flag, Level, Point } from './curves.ts';
import { PLOT } from './plotArea.ts';
import { markOf } from './runMarks.ts';
import type { OverlaidCurves } from './useOverlaid.ts';

export interface CurveChartProps {
  /** What the chart shows, for screen readers. */
  readonly name: string;
  /** At most a few hundred points: see store/run/series.ts. */
  readonly points: readonly Point[];
  readonly curves: readonly Curve[];
  readonly height: number;
  readonly unit?: Unit;
  readonly levels?: readonly Level[];
  readonly flags?: readonly Flag[];
  /** Steps with values that are not finite. */
  readonly gaps?: readonly number[];
  readonly domain?: Range;
  /** Whether the axis of the values is logarithmic. Values up to 0 are then not drawn. */
  readonly log?: boolean;
  /** True for a small chart beside others of its panel. */
  readonly small?: boolean;
  /** Runs that are laid over the chart, behind its own curves. */
  readonly overlaid?: readonly OverlaidCurves[];
  /**
   * Curves of the recorded run, behind everything else. The axis of the steps does not reach out for them.
   */
  readonly behind?: readonly Band[];
}

const AXIS = { fontSize: 10.5, fill: 'var(--muted)' };
const AUTO: Range = ['auto', 'auto'];
/** Room that a mark of the steps takes, pixels. */
const STEP_MARK = 62;
/** Height between two marks of the values, pixels. */
const VALUE_MARK = 32;

/** Curves over the steps of a run. The crosshair and the zoom are shared by all charts of the page. */
export const CurveChart = memo(function CurveChart(props: CurveChartProps) {
  const { name, points, curves, height, unit = 'plain', levels = [], flags = [], gaps = [] } = props;
  const { domain = AUTO, overlaid = [], behind = [], log = false, small = false } = props;
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const zoom = useSelection((state) => state.zoom);
  const logSteps = useLooks((looks) => looks.logSteps);
  // A chart that is looked back at keeps its length, so that its curves grow in it.
  const length = useShown((shown) => (shown.step === null ? 0 : shown.length));
  const steps = stepAxis(
    Math.max(length, lastStep(points, overlaid, flags)),
    zoom,
    logSteps,
    Math.max(2, Math.floor((width - PLOT.left - PLOT.right) / STEP_MARK)),
  );
  const values = valueAxis(
    valuesOf([{ points, curves }, ...overlaid], levels, behind, steps),
    domain,
    log,
    unit,
    Math.max(3, Math.round(height / VALUE_MARK)),
  );
  const stepTexts = texts(steps, 'plain');
  const valueTexts = texts(values, unit);
  const top = flags.length > 0 && !small ? PLOT.topWithFlags : PLOT.top;
  const drawable = (point: Point) => drawn(point, log);
  return (
    <div className="chart" style={{ height }} ref={frame}>
      <LineChart
        responsive
        style={{ width: '100%', height: '100%' }}
        data={points.filter(({ step }) => !logSteps || step > 0).map(drawable)}
        margin={{ top, right: PLOT.right, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="step"
          type="number"
          domain={[steps.from, steps.to]}
          scale={steps.log ? 'log' : 'linear'}
          ticks={[...steps.ticks]}
          tickFormatter={(tick: number) => stepTexts.get(tick) ?? ''}
          tick={AXIS}
          tickLine={false}
          stroke="var(--line-strong)"
          height={PLOT.bottom}
          minTickGap={12}
          allowDataOverflow
        />
        <YAxis
          width={PLOT.left}
          domain={[values.from, values.to]}
          scale={values.log ? 'log' : 'linear'}
          ticks={[...values.ticks]}
          tickFormatter={(tick: number) => valueTexts.get(tick) ?? ''}
          tick={AXIS}
          tickLine={false}
          axisLine={false}
          interval={0}
          allowDataOverflow
        />
        {levels.map(({ key, value, color }) => (
          <ReferenceLine key={key} y={value} stroke={color} strokeDasharray="2 3" />
        ))}
        {behind.length > 0 && <Bands bands={behind} steps={steps} values={values} />}
        <AxisMarks axis={steps} flags={flags} gaps={gaps} labelled={!small} />
        {overlaid.flatMap(({ id, place, points: others, curves: theirs }) => {
          const data = others.filter(({ step }) => !logSteps || step > 0).map(drawable);
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
      <ChartPointer axis={steps} name={name} small={small} />
    </div>
  );
});

/** The text of every mark of an axis, by its value. */
function texts(axis: Axis, unit: Unit): ReadonlyMap<number, string> {
  const all = tickTexts(axis, unit);
  return new Map(axis.ticks.map((tick, i) => [tick, all[i]!]));
}

/** Every value that the chart draws. */
function* valuesOf(
  shown: readonly Pick<OverlaidCurves, 'points' | 'curves'>[],
  levels: readonly Level[],
  behind: readonly Band[],
  steps: Axis,
): Generator<number, void, undefined> {
  for (const { value } of levels) yield value;
  for (const { points } of behind)
    for (const { low, high } of within(points, steps.from, steps.to)) yield* [low, high];
  for (const { points, curves } of shown) {
    for (const point of points) for (const { key } of curves) yield point[key] ?? Number.NaN;
  }
}

/** The step at the chart's right edge: of the newest point, or of what happened after it. */
function lastStep(
  points: readonly Point[],
  overlaid: readonly OverlaidCurves[],
  flags: readonly Flag[],
): number {
  const rows = [points, flags, ...overlaid.map((run) => run.points)];
  return Math.max(0, ...rows.map((of) => of.at(-1)?.step ?? 0));
}

/** The chart library draws a gap for null, not for NaN, and a logarithmic axis has no place for 0. */
function drawn(point: Point, log: boolean): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(point).map(([key, value]) => {
      const shows = Number.isFinite(value) && (key === 'step' || !log || value > 0);
      return [key, shows ? value : null];
    }),
  );
}
