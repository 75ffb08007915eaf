import type { NamedFloor } from '../../metrics.ts';
import { mean } from '../../statistics/spread.ts';
import { grouped } from '../sets/grouped.ts';
import { escaped } from './escaped.ts';
import type { ReportRow, ReportSection } from './reportSections.ts';

const WIDTH = 720;
const HEIGHT = 380;
const LEFT = 56;
const RIGHT = 16;
const TOP = 16;
const BOTTOM = 44;

/** Shapes of the means, about ten units across, so that nobody must tell lines by colour alone. */
const SHAPES = [
  'M0-6 6 0 0 6-6 0Z',
  'M5 0A5 5 0 1 1-5 0 5 5 0 1 1 5 0Z',
  'M0-5.6 5.6 4.4-5.6 4.4Z',
  'M-4.6-4.6H4.6V4.6H-4.6Z',
  'M0 5.6 5.6-4.4-5.6-4.4Z',
  'M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z',
];

/** Colours of the lines, as classes l0 to l5 of the report's style. */
export const LINE_COLOURS = SHAPES.length;

/**
 * Accuracy over MACs as an SVG: a small dot for each seed, a mark at each mean, a bar and a band from the
 * least to the best seed.
 */
export function reportFigure({ rows, wholeMacs }: ReportSection, floor: NamedFloor | null): string {
  const all = rows.flatMap(({ seeds }) => seeds.map(({ knn20 }) => knn20));
  const ends = floor === null ? all : [...all, floor.share];
  const step = Math.max(...ends) - Math.min(...ends) > 0.25 ? 0.1 : 0.05;
  const low = Math.max(0, Math.floor(Math.min(...ends) / step - 0.2) * step);
  const high = Math.min(1, Math.ceil(Math.max(...ends) / step + 0.2) * step);
  const x = (macs: number) => fixed(LEFT + (macs / wholeMacs / 1.04) * (WIDTH - LEFT - RIGHT));
  const y = (share: number) => fixed(TOP + ((high - share) / (high - low)) * (HEIGHT - TOP - BOTTOM));
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step);
  const lines = [...grouped(rows, ({ line }) => line).values()];
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Accuracy against MACs; the table below has the same numbers.">`,
    ...ticks.map(
      (share) =>
        `<path class="grid" d="M${LEFT} ${y(share)}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${y(share)}" dy=".35em" text-anchor="end">${Math.round(100 * share)} %</text>`,
    ),
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (share) =>
        `<path class="grid" d="M${x(share * wholeMacs)} ${TOP}V${HEIGHT - BOTTOM}"/><text x="${x(share * wholeMacs)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${share}</text>`,
    ),
    `<text x="${(LEFT + WIDTH) / 2}" y="${HEIGHT - 6}" text-anchor="middle">MACs of one image, as a share of the dense network’s</text>`,
    ...(floor === null
      ? []
      : [
          `<path class="floor" d="M${LEFT} ${y(floor.share)}H${WIDTH - RIGHT}"/><text x="${LEFT + 6}" y="${y(floor.share)}" dy="-.4em">${escaped(floor.name)}</text>`,
        ]),
    ...lines.map((line, i) => lineDrawing(line, i % LINE_COLOURS, x, y)),
    '</svg>',
    `<ul class="key">${lines.map((line, i) => keyOf(line[0]!, i % LINE_COLOURS)).join('')}</ul>`,
  ].join('\n');
}

type Scale = (value: number) => string;

function lineDrawing(line: readonly ReportRow[], colour: number, x: Scale, y: Scale): string {
  const along = line
    .map(({ name, macs, seeds }) => {
      const values = seeds.map(({ knn20 }) => knn20);
      return { name, macs, seeds, mean: mean(values), low: Math.min(...values), high: Math.max(...values) };
    })
    .toSorted((a, b) => a.macs - b.macs);
  const path = (points: readonly string[]) => `M${points.join('L')}`;
  // Dense branches all cost the same: a line through them would say nothing.
  const spreads = along.at(-1)!.macs > 1.01 * along[0]!.macs;
  const band = [
    ...along.map(({ macs, high }) => `${x(macs)} ${y(high)}`),
    ...along.map(({ macs, low }) => `${x(macs)} ${y(low)}`).toReversed(),
  ];
  const curve = along.map((row) => `${x(row.macs)} ${y(row.mean)}`);
  return [
    `<g class="l${colour}">`,
    ...(spreads ? [`<path class="band" d="${path(band)}Z"/><path class="curve" d="${path(curve)}"/>`] : []),
    ...along.map(
      (row) =>
        `<path class="bar" d="M${x(row.macs)} ${y(row.low)}V${y(row.high)}"/>${row.seeds
          .map(({ macs, knn20 }) => `<circle class="seed" cx="${x(macs)}" cy="${y(knn20)}" r="2.5"/>`)
          .join('')}`,
    ),
    ...along.map(
      (row) =>
        `<path class="mean" transform="translate(${x(row.macs)} ${y(row.mean)})" d="${SHAPES[colour]}"><title>${escaped(row.name)}</title></path>`,
    ),
    '</g>',
  ].join('');
}

function keyOf({ line }: ReportRow, colour: number): string {
  return `<li class="l${colour}"><svg viewBox="-8 -8 16 16" width="14" height="14" aria-hidden="true"><path class="mean" d="${SHAPES[colour]}"/></svg> ${escaped(line)}</li>`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
