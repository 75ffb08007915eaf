import { usePlotArea } from 'recharts';
import { type Axis, shareAt } from './axis.ts';
import { type Flag, placeFlags } from './curves.ts';

interface AxisMarksProps {
  /** The axis of the steps. */
  readonly axis: Axis;
  readonly flags: readonly Flag[];
  /** Steps with values that are not finite. */
  readonly gaps: readonly number[];
  /** Whether there is room for the labels of the flags. */
  readonly labelled: boolean;
}

/** What happened in a run: flags as lines with labels above the plot, values that are no numbers below it. */
export function AxisMarks({ axis, flags, gaps, labelled }: AxisMarksProps) {
  const plot = usePlotArea();
  if (!plot) return null;
  const { x: left, y: top, width, height } = plot;
  const bottom = top + height;
  return (
    <g>
      {placeFlags(flags, axis, width).map(({ step, label, x, side }) => (
        <g key={`${step} ${label}`} className="chart-flag">
          <title>{`After step ${step}: ${label}`}</title>
          <line
            x1={left + x}
            x2={left + x}
            y1={labelled ? top - 4 : top}
            y2={bottom}
            stroke="var(--target)"
            strokeDasharray="4 3"
          />
          {labelled && side !== 'none' && (
            <text
              x={left + x}
              y={top - 6}
              fill="var(--target)"
              fontSize={10}
              textAnchor={side === 'right' ? 'start' : 'end'}
            >
              {label}
            </text>
          )}
        </g>
      ))}
      {gaps
        .filter((step) => step >= axis.from && step <= axis.to)
        .map((step) => {
          const x = left + shareAt(axis, step) * width;
          return (
            <path
              key={step}
              className="chart-gap"
              d={`M${x} ${bottom - 8}l5 8h-10z`}
              fill="var(--danger)"
              stroke="var(--surface)"
            >
              <title>{`Step ${step}: not a finite number`}</title>
            </path>
          );
        })}
    </g>
  );
}
