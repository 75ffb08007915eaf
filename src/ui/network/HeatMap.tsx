import { memo, useMemo, useRef, useState } from 'react';
import { percent } from '../shell/format.ts';
import { useSize } from '../shell/useSize.ts';
import { stretches } from './stretches.ts';

/**
 * One row of a heat map: shares of 0–1, NaN where nothing is known. A row is as wide as the map, whatever its
 * length.
 */
export interface HeatRow {
  readonly key: string;
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** True: the row is half as high and touches the row above. */
  readonly minor?: boolean;
}

interface HeatMapProps {
  /** Text for screen readers that says what the map shows. */
  readonly label: string;
  readonly rows: readonly HeatRow[];
  /**
   * Names under the columns. If they do not all fit, only every n-th is shown. Rows of different lengths have
   * none.
   */
  readonly columns?: readonly string[];
  readonly axis: string;
  /** A cell in words, without its value. */
  readonly describe: (row: HeatRow, column: number) => string;
}

const GUTTER = 84;
const ROW = 20;
const MINOR = 9;
const GAP = 2;
const FOOT = 30;
/**
 * Cells that are narrower than this, in CSS pixels, have no gaps, and neighbours of one colour are merged.
 */
const MERGED = 4;
/** Room that a column's name takes, CSS pixels. */
const NAME = 34;

/**
 * Shares as colours, in steps from --heat-low to --heat-high that look equal. The text below the map
 * describes the cell under the pointer.
 */
export function HeatMap({ label, rows, columns = [], axis, describe }: HeatMapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const [at, setAt] = useState<{ readonly row: number; readonly column: number } | null>(null);
  const span = Math.max(0, width - GUTTER - 2);
  const tops = useMemo(() => topsOf(rows), [rows]);
  const height = (tops.at(-1) ?? 0) + FOOT;
  const row = at && rows[at.row];
  const every = Math.max(1, Math.ceil((columns.length * NAME) / Math.max(1, span)));

  function point({ clientX, clientY, currentTarget }: React.PointerEvent<SVGSVGElement>): void {
    const box = currentTarget.getBoundingClientRect();
    const place = tops.findIndex((top, i) => i > 0 && clientY - box.top < top) - 1;
    const length = rows[place]?.values.length ?? 0;
    const column = Math.floor(((clientX - box.left - GUTTER) / span) * length);
    setAt(column >= 0 && column < length ? { row: place, column } : null);
  }

  return (
    <div className="heat-map" ref={frame}>
      <svg
        className="drawing"
        role="img"
        aria-label={`${label}; the table view lists the values`}
        width={width}
        height={height}
        onPointerMove={point}
        onPointerLeave={() => setAt(null)}
      >
        {rows.map(({ key, name, minor }, i) => (
          <text
            key={key}
            x={GUTTER - 8}
            y={(tops[i]! + tops[i + 1]! - GAP) / 2}
            className={minor ? 'axis minor' : 'axis'}
            textAnchor="end"
            dominantBaseline="central"
          >
            {name}
          </text>
        ))}
        {span > 0 &&
          rows.map(({ key, values }, r) => (
            <HeatCells
              key={key}
              values={values}
              top={tops[r]!}
              height={tops[r + 1]! - tops[r]! - GAP}
              span={span}
            />
          ))}
        {columns.map((name, i) =>
          i % every === 0 ? (
            <text
              // Two columns may have one name. Of equal keys React would leave some on the map for good.
              key={`${i} ${name}`}
              x={GUTTER + ((i + 0.5) * span) / columns.length}
              y={height - FOOT + 10}
              className="axis"
              textAnchor="middle"
            >
              {name}
            </text>
          ) : null,
        )}
        <text x={GUTTER + span / 2} y={height - 5} className="axis" textAnchor="middle">
          {axis}
        </text>
      </svg>
      <div className="heat-foot">
        <span className="heat-scale">
          0 % <i /> 100 %
        </span>
        <span>{at && row ? `${describe(row, at.column)}: ${percent(row.values[at.column], 0)}` : ' '}</span>
      </div>
    </div>
  );
}

/** The top of each row, and the bottom of the last one, CSS pixels. */
function topsOf(rows: readonly HeatRow[]): number[] {
  const tops = [0];
  for (const { minor } of rows) tops.push(tops.at(-1)! + (minor ? MINOR : ROW) + GAP);
  return tops;
}

interface HeatCellsProps {
  readonly values: ArrayLike<number>;
  readonly top: number;
  readonly height: number;
  readonly span: number;
}

/** The cells of a row. They redraw only when its own values change; most do not when the pointer moves. */
const HeatCells = memo(function HeatCells({ values, top, height, span }: HeatCellsProps) {
  const cell = span / values.length;
  const apart = cell > MERGED;
  return (
    <g>
      {stretches(values, !apart).map(({ from, to, share }) => (
        <rect
          key={from}
          x={GUTTER + from * cell}
          y={top}
          width={(to - from) * cell - (apart ? 1 : 0)}
          height={height}
          style={{ fill: heat(share) }}
        />
      ))}
    </g>
  );
});

function heat(share: number): string {
  if (!Number.isFinite(share)) return 'var(--sunken)';
  return `color-mix(in oklab, var(--heat-high) ${(100 * share).toFixed(0)}%, var(--heat-low))`;
}
