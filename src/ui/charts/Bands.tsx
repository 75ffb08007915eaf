import { useId } from 'react';
import { usePlotArea } from 'recharts';
import { type Axis, shareAt } from './axis.ts';
import { type Band, type BandPoint, within } from './bands.ts';

interface BandsProps {
  readonly bands: readonly Band[];
  /** The axes of the steps and of the values. */
  readonly steps: Axis;
  readonly values: Axis;
}

/**
 * The curves of the recorded run behind those of a chart: a faint line in the spread of its neighbourhood.
 */
export function Bands({ bands, steps, values }: BandsProps) {
  const plot = usePlotArea();
  const clip = useId();
  if (!plot) return null;
  const { x: left, y: top, width, height } = plot;
  const place = (step: number, value: number) => {
    const y = top + (1 - shareAt(values, value)) * height;
    return `${round(left + shareAt(steps, step) * width)} ${round(y)}`;
  };
  return (
    <g clipPath={`url(#${clip})`} className="chart-bands">
      <clipPath id={clip}>
        <rect x={left} y={top} width={width} height={height} />
      </clipPath>
      {bands.map(({ key, color, points }) => {
        const shown = within(points, steps.from, steps.to).filter(
          ({ step, low }) => (!steps.log || step > 0) && (!values.log || low > 0),
        );
        if (shown.length < 2) return null;
        const line = (of: (point: BandPoint) => number, order = shown) =>
          order.map((point) => place(point.step, of(point))).join('L');
        const lower = line(({ low }) => low, shown.toReversed());
        return (
          <g key={key}>
            <path d={`M${line(({ high }) => high)}L${lower}Z`} fill={color} fillOpacity={0.13} />
            <path
              d={`M${line(({ middle }) => middle)}`}
              fill="none"
              stroke={color}
              strokeOpacity={0.45}
              strokeWidth={1}
            />
          </g>
        );
      })}
    </g>
  );
}

/** Tenths of a pixel are enough. */
function round(pixels: number): number {
  return Math.round(10 * pixels) / 10;
}
