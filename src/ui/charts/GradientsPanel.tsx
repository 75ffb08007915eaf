import { useMemo } from 'react';
import type { GradientRow } from '../../metrics.ts';
import { decimate, indexAt } from '../../store/series.ts';
import { useSettings } from '../../store/settings.ts';
import { figure, tick } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import { branchCurve, branchesWith, shortName } from './branchCurves.ts';
import type { Curve, Level, Point } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';

const RATIOS: readonly Curve[] = [
  { key: 'full', label: 'r_full', color: 'var(--dense)', dots: true },
  { key: 'rest', label: 'r_rest', color: 'var(--term)', dots: true },
];
const TURN = 11;
const COSINES = [-1, 1] as const;

/** How the widths of a slimmable network share the gradient: magnitudes, and whether they pull the same way. */
export function GradientsPanel() {
  const slimmable = useSettings(({ config }) => config.system === 'slimmable');
  const rows = useSampled((run) => run?.record.gradients ?? NO_ROWS, TURN);
  if (rows.length === 0 && !slimmable) return null;
  return (
    <Panel
      title="Gradients of the widths"
      topic="gradients"
      table={rows.length > 0 ? () => tableOf(rows) : undefined}
    >
      {rows.length === 0 ? (
        <Empty>
          Whether the narrow widths take the gradient for themselves, and whether they pull against the full
          one.
        </Empty>
      ) : (
        <>
          <Ratios rows={rows} />
          <Cosines rows={rows} />
        </>
      )}
    </Panel>
  );
}

const NO_ROWS: readonly GradientRow[] = [];

function Ratios({ rows }: { readonly rows: readonly GradientRow[] }) {
  const points = useMemo(
    () =>
      decimate(rows, [({ full }) => full, ({ rest }) => rest]).map((i): Point => {
        const { step, full, rest } = rows[i]!;
        return { step, full, rest };
      }),
    [rows],
  );
  const even = rows[0]!.even;
  const levels = useMemo(
    (): Level[] => [
      { key: 'balance', label: 'imbalance below', value: 1, color: 'var(--danger)' },
      { key: 'even', label: 'r_rest if even', value: even.rest, color: 'var(--muted)' },
    ],
    [even],
  );
  return (
    <>
      <Legend
        curves={RATIOS}
        levels={levels}
        format={figure}
        read={(key, step) => {
          const row = at(rows, step);
          return row ? (key === 'full' ? row.full : row.rest) : Number.NaN;
        }}
      />
      <LazyChart points={points} curves={RATIOS} height={110} format={tick} levels={levels} />
    </>
  );
}

function Cosines({ rows }: { readonly rows: readonly GradientRow[] }) {
  const branches = useMemo(() => branchesWith({ gated: null, dense: null, ...rows.at(-1)!.cosines }), [rows]);
  const curves = useMemo(() => branches.map((branch) => branchCurve(branch, branches)), [branches]);
  const points = useMemo(
    () =>
      decimate(
        rows,
        branches.map((branch) => (row: GradientRow) => cosineOf(row, branch)),
      ).map((i): Point => {
        const row = rows[i]!;
        return {
          step: row.step,
          ...Object.fromEntries(branches.map((branch) => [branch, cosineOf(row, branch)])),
        };
      }),
    [rows, branches],
  );
  if (branches.length === 0) {
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
        read={(key, step) => {
          const row = at(rows, step);
          const branch = branches.find((candidate) => candidate === key);
          return row && branch ? cosineOf(row, branch) : Number.NaN;
        }}
      />
      <LazyChart points={points} curves={curves} height={90} format={tick} domain={COSINES} />
    </>
  );
}

function at(rows: readonly GradientRow[], step: number | null): GradientRow | undefined {
  return rows[step === null ? rows.length - 1 : indexAt(rows, step)];
}

function cosineOf({ cosines }: GradientRow, branch: string): number {
  return Object.entries(cosines).find(([name]) => name === branch)?.[1] ?? Number.NaN;
}

function tableOf(rows: readonly GradientRow[]): Table {
  const branches = branchesWith({ gated: null, dense: null, ...rows.at(-1)!.cosines });
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
