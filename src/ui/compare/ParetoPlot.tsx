import { type KeyboardEvent, useRef, useState } from 'react';
import { macs, percent } from '../shell/format.ts';
import { placeAfter } from '../shell/placeAfter.ts';
import { useSize } from '../shell/useSize.ts';
import type { Along, ParetoLayer, ParetoPoint } from './paretoPoints.ts';
import { SystemMark, systemColor } from './SystemMark.tsx';
import { linearScale, logScale, type Scale } from './scale.ts';
import { seedBands } from './seedBands.ts';

interface ParetoPlotProps {
  readonly own: readonly ParetoPoint[];
  readonly layers: readonly ParetoLayer[];
  /** Points of others, behind the runs' own and on a scale of their own. */
  readonly theirs: readonly ParetoPoint[];
  readonly theirLabel: string;
  readonly along: Along;
  readonly log: boolean;
  /** Row whose point is marked. */
  readonly selected: string | null;
  readonly measure: string;
  readonly onPoint: (point: ParetoPoint | null) => void;
  readonly onSelect: (row: string) => void;
}

const HEIGHT = 290;
const LEFT = 46;
const RIGHT = 46;
/** Room right of the plot where no scale of others stands: half of the last number below it. */
const RIGHT_ALONE = 14;
const TOP = 18;
const BOTTOM = 38;
/** Room between the outermost marks and the numbers of the scales, in units of the drawing. */
const INSET = 12;

/**
 * Accuracy over achieved MACs. Runs use the left scale. Points of others lie behind them and use the right
 * scale. All marks are one stop of the Tab key: arrow keys go from the cheapest to the dearest.
 */
export function ParetoPlot(props: ParetoPlotProps) {
  const { layers, theirs, theirLabel, along, log, selected, measure, onPoint, onSelect } = props;
  const own = [...props.own, ...layers.flatMap(({ points }) => points)];
  const frame = useRef<HTMLDivElement>(null);
  const width = Math.max(280, useSize(frame).width);
  const right = theirs.length > 0 ? width - RIGHT : width - RIGHT_ALONE;
  const bottom = HEIGHT - BOTTOM;
  const across = extent(
    [...own, ...theirs].map(({ x }) => x),
    log ? undefined : 0,
  );
  const range = [LEFT + INSET, right - INSET] as const;
  const x = log ? logScale(across, range) : linearScale(across, range);
  const y = linearScale(extent(own.flatMap(reach)), [bottom, TOP]);
  const yTheirs = linearScale(extent(theirs.flatMap(reach)), [bottom, TOP]);
  const marks = useRef(new Map<string, SVGGElement>());
  const [reached, setReached] = useState<string | null>(null);
  const order = [...own, ...theirs].toSorted((a, b) => a.x - b.x).map(({ key }) => key);
  const stop = order.includes(reached ?? '') ? reached : order[0];
  const held = (point: ParetoPoint) => ({
    stop: point.key === stop,
    hold: (mark: SVGGElement | null) => {
      if (mark) marks.current.set(point.key, mark);
      else marks.current.delete(point.key);
    },
    onPoint,
    onReach: () => setReached(point.key),
  });

  function move(event: KeyboardEvent): void {
    const place = placeAfter(event.key, order.indexOf(stop ?? ''), order.length);
    if (place === null) return;
    event.preventDefault();
    marks.current.get(order[place]!)?.focus();
  }

  const format = along === 'macs' ? macs : (value: number) => percent(value, value < 0.1 ? 1 : 0);

  return (
    <div ref={frame} className="pareto">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing cannot be a fieldset */}
      <svg
        className="drawing"
        role="group"
        aria-label={`${measure} against achieved MACs`}
        width={width}
        height={HEIGHT}
        onKeyDown={move}
      >
        <Ticks scale={y} from={LEFT} to={right} format={(value) => percent(value, 0)} />
        {x.ticks.map((value) => (
          <text key={value} className="tick" x={x.at(value)} y={bottom + 15} textAnchor="middle">
            {format(value)}
          </text>
        ))}
        <text className="tick" x={LEFT} y={11}>
          {measure}
        </text>
        <text className="tick" x={(LEFT + right) / 2} y={HEIGHT - 5} textAnchor="middle">
          {along === 'macs'
            ? 'achieved MACs of one image, theoretical'
            : 'achieved MACs over the dense MACs, theoretical'}
        </text>
        {theirs.length > 0 && (
          <g className="theirs">
            <text className="tick" x={width} y={11} textAnchor="end">
              {theirLabel}
            </text>
            {yTheirs.ticks.map((value) => (
              <text key={value} className="tick" x={right + 6} y={yTheirs.at(value) + 3.5}>
                {percent(value, 0)}
              </text>
            ))}
            {theirs.map((point) => (
              <Mark
                key={point.key}
                point={point}
                at={[x.at(point.x), yTheirs.at(point.y)]}
                {...held(point)}
              />
            ))}
          </g>
        )}
        {seedBands(own).map(({ key, system, corners }) => (
          <polygon
            key={key}
            points={corners.map((corner) => `${x.at(corner[0])},${y.at(corner[1])}`).join(' ')}
            fill={systemColor(system)}
            fillOpacity={0.13}
          />
        ))}
        {networksOf(own).map((branches) => (
          <polyline
            key={branches[0]!.key}
            points={branches.map((point) => `${x.at(point.x)},${y.at(point.y)}`).join(' ')}
            fill="none"
            stroke={systemColor(branches[0]!.system)}
            strokeOpacity={0.35}
            strokeDasharray="2 3"
          />
        ))}
        {layers.map(({ behind }) => behind(x, y))}
        {own.map((point) => (
          <g key={point.key}>
            <Bars point={point} x={x} y={y} />
            {point.seeds?.map((seed) => (
              <circle
                key={seed.seed}
                cx={x.at(seed.x)}
                cy={y.at(seed.y)}
                r={2}
                fill={systemColor(point.system)}
                fillOpacity={0.75}
              />
            ))}
            <Mark
              point={point}
              at={[x.at(point.x), y.at(point.y)]}
              marked={point.row !== null && point.row === selected}
              {...held(point)}
              onSelect={onSelect}
            />
          </g>
        ))}
      </svg>
    </div>
  );
}

interface TicksProps {
  readonly scale: Scale;
  readonly from: number;
  readonly to: number;
  readonly format: (value: number) => string;
}

function Ticks({ scale, from, to, format }: TicksProps) {
  return scale.ticks.map((value) => (
    <g key={value}>
      <line x1={from} x2={to} y1={scale.at(value)} y2={scale.at(value)} stroke="var(--line)" />
      <text className="tick" x={from - 6} y={scale.at(value) + 3.5} textAnchor="end">
        {format(value)}
      </text>
    </g>
  ));
}

/**
 * The thin bar is the standard error for the number of test images, the thick one the deviation over seeds.
 */
function Bars({ point, x, y }: { readonly point: ParetoPoint; readonly x: Scale; readonly y: Scale }) {
  const { system, standardError, ySpread, xSpread } = point;
  const color = systemColor(system);
  const [across, up] = [x.at(point.x), y.at(point.y)];
  const vertical = (by: number) => ({
    x1: across,
    x2: across,
    y1: y.at(point.y - by),
    y2: y.at(point.y + by),
  });
  return (
    <g stroke={color} strokeOpacity={0.65}>
      {standardError !== null && <line {...vertical(standardError)} strokeWidth={1} />}
      {ySpread !== null && <line {...vertical(ySpread)} strokeWidth={3} strokeOpacity={0.4} />}
      {xSpread !== null && (
        <line
          x1={x.at(Math.max(point.x - xSpread, point.x / 2))}
          x2={x.at(point.x + xSpread)}
          y1={up}
          y2={up}
          strokeWidth={3}
          strokeOpacity={0.4}
        />
      )}
    </g>
  );
}

interface MarkProps {
  readonly point: ParetoPoint;
  readonly at: readonly [number, number];
  readonly marked?: boolean;
  /** Whether the Tab key stops here. */
  readonly stop: boolean;
  readonly hold: (mark: SVGGElement | null) => void;
  readonly onPoint: (point: ParetoPoint | null) => void;
  /** The mark has the focus. */
  readonly onReach: () => void;
  readonly onSelect?: (row: string) => void;
}

function Mark(props: MarkProps) {
  const { point, at, marked = false, stop, hold, onPoint, onReach, onSelect } = props;
  const [x, y] = at;
  const { row, system, hollow, says, live, mark } = point;
  const select = () => row !== null && onSelect?.(row);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no buttons of its own
    <g
      ref={hold}
      className="pareto-mark"
      transform={`translate(${x} ${y})`}
      role="button"
      tabIndex={stop ? 0 : -1}
      aria-label={says}
      aria-pressed={row === null ? undefined : marked}
      onPointerEnter={() => onPoint(point)}
      onPointerLeave={() => onPoint(null)}
      onFocus={() => {
        onReach();
        onPoint(point);
      }}
      onBlur={() => onPoint(null)}
      onClick={select}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        select();
      }}
    >
      <circle
        r={mark ? 7 : 12}
        fill="transparent"
        stroke={live ? systemColor(system) : marked ? 'var(--accent)' : 'none'}
        strokeWidth={2}
        strokeDasharray={live ? '3 2' : undefined}
      />
      {mark ?? <SystemMark system={system} hollow={hollow} />}
    </g>
  );
}

/** The branches of each network that has several branches, the cheapest branch first. */
function networksOf(points: readonly ParetoPoint[]): ParetoPoint[][] {
  const networks = new Set(points.map(({ network }) => network));
  return [...networks]
    .map((network) => points.filter((point) => point.network === network))
    .filter(({ length }) => length > 1)
    .map((branches) => branches.toSorted((a, b) => a.x - b.x));
}

function reach({ y, standardError, ySpread, seeds = [] }: ParetoPoint): number[] {
  const by = Math.max(standardError ?? 0, ySpread ?? 0);
  return [Math.max(0, y - by), Math.min(1, y + by), ...seeds.map((seed) => seed.y)];
}

/** The lowest and the highest value; the lowest is `from` if that is lower. */
function extent(values: readonly number[], from?: number): [number, number] {
  if (values.length === 0) return [0, 1];
  return [Math.min(...values, from ?? Number.POSITIVE_INFINITY), Math.max(...values)];
}
