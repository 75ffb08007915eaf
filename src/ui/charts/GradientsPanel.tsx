import { useMemo } from 'react';
import type { Branch, GradientRow } from '../../metrics.ts';
import { type StepRange, useSelection } from '../../store/run/selection.ts';
import { decimate, indexAt, POINT_LIMIT, spanOf } from '../../store/run/series.ts';
import { type OverlaidRun, useOverlay } from '../../store/runs/overlay.ts';
import { useSettings } from '../../store/settings.ts';
import { figure } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import { branchCurve, branchesWith, shortName } from './branchCurves.ts';
import type { Curve, Level, Point } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { withOverlaid } from './overlaidTable.ts';
import { useChartMenu } from './useChartMenu.ts';
import { useFlags } from './useFlags.ts';
import { type Drawn, useOverlaid } from './useOverlaid.ts';

const RATIOS: readonly Curve[] = [
  { key: 'full', label: 'r_full', color: 'var(--dense)', dots: true },
  { key: 'rest', label: 'r_rest', color: 'var(--term)', dots: true },
];
const TURN = 11;
const COSINES = [-1, 1] as const;

/**
 * How the widths of a slimmable network share the gradient: magnitudes, and whether they pull the same way.
 */
export function GradientsPanel() {
  const slimmable = useSettings(({ config }) => config.system === 'slimmable');
  const rows = useSampled((run) => run?.record.gradients ?? NO_ROWS, TURN);
  const overlaid = useOverlay(({ runs }) => runs.some(({ record }) => record.gradients.length > 0));
  const { log, items } = useChartMenu();
  if (rows.length === 0 && !overlaid && !slimmable) return null;
  return (
    <Panel
      title="Gradients of the widths"
      topic="gradients"
      picture="gradients"
      actions={items}
      table={rows.length > 0 || overlaid ? () => tablesOf(rows) : undefined}
    >
      {rows.length === 0 && !overlaid ? (
        <Empty>
          Whether the narrow widths take the gradient for themselves, and whether they pull against the full
          one.
        </Empty>
      ) : (
        <>
          <Ratios rows={rows} log={log} />
          <Cosines rows={rows} />
        </>
      )}
    </Panel>
  );
}

const NO_ROWS: readonly GradientRow[] = [];

function Ratios({ rows, log }: { readonly rows: readonly GradientRow[]; readonly log: boolean }) {
  const zoom = useSelection((state) => state.zoom);
  const points = useMemo(() => ratioPoints(rows, zoom), [rows, zoom]);
  const flags = useFlags(TURN);
  const broken = useMemo(() => brokenAt(rows, ({ full, rest }) => full + rest), [rows]);
  const overlaid = useOverlaid(drawRatios);
  const even = rows[0]?.even;
  const levels = useMemo(
    (): Level[] => [
      { key: 'balance', label: 'imbalance below', value: 1, color: 'var(--danger)' },
      ...(even ? [{ key: 'even', label: 'r_rest if even', value: even.rest, color: 'var(--muted)' }] : []),
    ],
    [even],
  );
  return (
    <>
      <Legend
        curves={rows.length > 0 ? RATIOS : NONE}
        levels={levels}
        format={figure}
        overlaid={overlaid}
        read={(key, step) => ratioAt(rows, key, step)}
      />
      <LazyChart
        name="the ratios of gradients"
        points={points}
        curves={RATIOS}
        height={110}
        log={log}
        flags={flags}
        gaps={broken}
        levels={levels}
        overlaid={overlaid}
      />
    </>
  );
}

const NONE: readonly Curve[] = [];

function ratioPoints(rows: readonly GradientRow[], zoom: StepRange | null): Point[] {
  const reads = [({ full }: GradientRow) => full, ({ rest }: GradientRow) => rest];
  return decimate(rows, reads, POINT_LIMIT, spanOf(rows, zoom)).map((i): Point => {
    const { step, full, rest } = rows[i]!;
    return { step, full, rest };
  });
}

function ratioAt(rows: readonly GradientRow[], key: string, step: number | null): number {
  const row = at(rows, step);
  return row ? (key === 'full' ? row.full : row.rest) : Number.NaN;
}

function drawRatios({ record: { gradients } }: OverlaidRun, zoom: StepRange | null): Drawn | null {
  if (gradients.length === 0) return null;
  return {
    points: ratioPoints(gradients, zoom),
    curves: RATIOS,
    read: (key, step) => ratioAt(gradients, key, step),
  };
}

function Cosines({ rows }: { readonly rows: readonly GradientRow[] }) {
  const zoom = useSelection((state) => state.zoom);
  const own = useMemo(() => drawnCosines(rows, zoom), [rows, zoom]);
  const overlaid = useOverlaid(drawCosines);
  const flags = useFlags(TURN);
  const broken = useMemo(() => brokenAt(rows, sumOfCosines), [rows]);
  const curves = own?.curves ?? NONE;
  if (curves.length + overlaid.length === 0) {
    return (
      <p className="muted small">
        No cosine: in this form one loss couples both widths, so neither has a gradient of its own.
      </p>
    );
  }
  return (
    <>
      <p className="muted small">Cosine with the full width’s gradient on the shared weights</p>
      <Legend
        curves={curves}
        format={figure}
        overlaid={overlaid}
        read={(key, step) => own?.read(key, step) ?? Number.NaN}
      />
      <LazyChart
        name="the cosines of gradients"
        points={own?.points ?? NO_POINTS}
        curves={curves}
        height={90}
        domain={COSINES}
        flags={flags}
        gaps={broken}
        small
        overlaid={overlaid}
      />
    </>
  );
}

const NO_POINTS: readonly Point[] = [];

/** Steps at which a number of the gradients, or one that it is made of, is not finite. */
function brokenAt(rows: readonly GradientRow[], read: (row: GradientRow) => number): number[] {
  return rows.flatMap((row) => (Number.isFinite(read(row)) ? [] : [row.step]));
}

function sumOfCosines({ cosines }: GradientRow): number {
  return Object.values(cosines).reduce((sum, cosine) => sum + cosine, 0);
}

function drawCosines({ record: { gradients } }: OverlaidRun, zoom: StepRange | null): Drawn | null {
  return drawnCosines(gradients, zoom);
}

/** The cosines of an overlaid run. Null if no width has a gradient of its own. */
function drawnCosines(rows: readonly GradientRow[], zoom: StepRange | null): Drawn | null {
  const branches = cosineBranches(rows);
  if (branches.length === 0) return null;
  const reads = branches.map((branch) => (row: GradientRow) => cosineOf(row, branch));
  return {
    points: decimate(rows, reads, POINT_LIMIT, spanOf(rows, zoom)).map((i): Point => {
      const row = rows[i]!;
      const values = branches.map((branch) => [branch, cosineOf(row, branch)]);
      return { step: row.step, ...Object.fromEntries(values) };
    }),
    curves: branches.map((branch) => branchCurve(branch, branches)),
    read: (key, step) => {
      const row = at(rows, step);
      return row ? cosineOf(row, key) : Number.NaN;
    },
  };
}

function cosineBranches(rows: readonly GradientRow[]): Branch[] {
  return branchesWith({ gated: null, dense: null, ...rows.at(-1)?.cosines });
}

function at(rows: readonly GradientRow[], step: number | null): GradientRow | undefined {
  return rows[step === null ? rows.length - 1 : indexAt(rows, step)];
}

function cosineOf({ cosines }: GradientRow, branch: string): number {
  return Object.entries(cosines).find(([name]) => name === branch)?.[1] ?? Number.NaN;
}

function tableOf(rows: readonly GradientRow[]): Table {
  const branches = cosineBranches(rows);
  return {
    caption:
      'Gradient norms of the full width over those of the narrowest, and cosines with the full width’s gradient.',
    columns: ['step', 'r_full', 'r_rest', ...branches.map((branch) => `cosine ${shortName(branch)}`)],
    length: rows.length,
    row: (i) => {
      const row = rows[i]!;
      return [row.step, row.full, row.rest, ...branches.map((branch) => cosineOf(row, branch))];
    },
  };
}

function tablesOf(rows: readonly GradientRow[]): Table {
  const own = tableOf(rows);
  const others = useOverlay.getState().runs.filter(({ record }) => record.gradients.length > 0);
  const tables = others.map(({ name, record }) => ({ name, table: tableOf(record.gradients) }));
  return withOverlaid(rows.length > 0 ? own : undefined, tables) ?? own;
}
