import { CartesianGrid, ErrorBar, Line, LineChart, XAxis, YAxis } from 'recharts';

/** A curve over the dimensions of a feature. */
export interface DimensionCurve {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly points: readonly {
    readonly dimension: number;
    readonly value: number;
    /** Half the length of the point's error bar. */
    readonly error?: number;
  }[];
}

interface DimensionChartProps {
  /** Text for screen readers that says what the chart shows. */
  readonly label: string;
  readonly curves: readonly DimensionCurve[];
  readonly format: (value: number) => string;
  /** True: the horizontal axis is logarithmic, with ticks at powers of two. */
  readonly doubling: boolean;
}

const AXIS = { fontSize: 10.5, fill: 'var(--muted)' };
const MARGIN = { top: 6, right: 12, bottom: 0, left: 0 };

/** Curves over dimensions, with a few points and their error bars or with a point for every dimension. */
export default function DimensionChart({ label, curves, format, doubling }: DimensionChartProps) {
  const dimensions = curves.flatMap(({ points }) => points.map(({ dimension }) => dimension));
  return (
    <div className="chart" style={{ height: 190 }} role="img" aria-label={label}>
      <LineChart
        responsive
        style={{ width: '100%', height: '100%' }}
        margin={MARGIN}
        accessibilityLayer={false}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="dimension"
          type="number"
          scale={doubling ? 'log' : 'linear'}
          domain={[1, Math.max(1, ...dimensions)]}
          {...(doubling ? { ticks: [...new Set(dimensions)].toSorted((a, b) => a - b) } : {})}
          tick={AXIS}
          tickLine={false}
          stroke="var(--line-strong)"
          height={18}
          allowDecimals={false}
          allowDuplicatedCategory={false}
        />
        <YAxis
          width={44}
          tick={AXIS}
          tickLine={false}
          axisLine={false}
          tickCount={4}
          tickFormatter={format}
          domain={[0, 'auto']}
        />
        {curves.map(({ key, color, points }) => (
          <Line
            key={key}
            data={points.map((point) => ({ ...point }))}
            dataKey="value"
            name={key}
            stroke={color}
            strokeWidth={1.75}
            dot={doubling ? { r: 2.2, fill: color, strokeWidth: 0 } : false}
            activeDot={false}
            isAnimationActive={false}
          >
            {doubling && <ErrorBar dataKey="error" width={3} stroke={color} direction="y" />}
          </Line>
        ))}
      </LineChart>
    </div>
  );
}
