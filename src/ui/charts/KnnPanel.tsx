import { useMemo } from 'react';
import type { EpochRow, Floors } from '../../metrics.ts';
import { decimate, indexAt } from '../../store/series.ts';
import { percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Cell, Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import type { Curve, Level, Point } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { useFlags } from './useFlags.ts';

const DENSE: Curve = { key: 'dense', label: 'dense', color: 'var(--dense)', dots: true };
const GATED: Curve = { key: 'gated', label: 'gated', color: 'var(--gated)', dots: true };
const TURN = 9;
const DOMAIN = [0, 'auto'] as const;

/** 20-NN accuracy of both branches over the run, above the floors that a trained network must leave behind. */
export function KnnPanel() {
  const epochs = useSampled((run) => run?.record.epochs ?? NO_EPOCHS, TURN);
  const floors = useSampled((run) => run?.record.floors ?? null, TURN);
  const flags = useFlags(TURN);
  const points = useMemo(
    () =>
      decimate(epochs, [denseOf, gatedOf]).map((i): Point => {
        const row = epochs[i]!;
        return { step: row.step, dense: denseOf(row), gated: gatedOf(row) };
      }),
    [epochs],
  );
  const curves = useMemo(
    () => [DENSE, GATED].filter(({ key }) => points.some((point) => Number.isFinite(point[key]))),
    [points],
  );
  const levels = useMemo(() => levelsOf(floors), [floors]);

  return (
    <Panel
      title="20-NN accuracy"
      topic="knn"
      picture="knn"
      aside="after each evaluation"
      table={points.length > 0 ? () => tableOf(epochs, floors) : undefined}
    >
      {points.length === 0 ? (
        <Empty>
          {floors
            ? `To beat: ${levels.map(({ label, value }) => `${label} ${percent(value)}`).join(', ')}. The first accuracy comes with the first evaluation.`
            : 'The accuracy of both branches appears here after each evaluation, above two floors: raw pixels, and the untrained network.'}
        </Empty>
      ) : (
        <>
          <Legend
            curves={curves}
            levels={levels}
            format={percent}
            read={(key, step) => {
              const row = epochs[step === null ? epochs.length - 1 : indexAt(epochs, step)];
              return row ? (key === 'dense' ? denseOf(row) : gatedOf(row)) : Number.NaN;
            }}
          />
          <LazyChart
            points={points}
            curves={curves}
            height={130}
            format={wholePercent}
            levels={levels}
            flags={flags}
            domain={DOMAIN}
          />
        </>
      )}
    </Panel>
  );
}

const NO_EPOCHS: readonly EpochRow[] = [];

function denseOf({ knn20 }: EpochRow): number {
  return knn20.dense ?? Number.NaN;
}

function gatedOf({ knn20 }: EpochRow): number {
  return knn20.gated ?? Number.NaN;
}

function wholePercent(value: number): string {
  return percent(value, 0);
}

function levelsOf(floors: Floors | null): Level[] {
  if (!floors) return [];
  const { rawPixels, untrained } = floors;
  const levels = [{ key: 'raw', label: 'raw pixels', value: rawPixels, color: 'var(--muted)' }];
  if (untrained.dense !== null)
    levels.push({
      key: 'untrained dense',
      label: 'untrained dense',
      value: untrained.dense,
      color: 'var(--dense)',
    });
  if (untrained.gated !== null)
    levels.push({
      key: 'untrained gated',
      label: 'untrained gated',
      value: untrained.gated,
      color: 'var(--gated)',
    });
  return levels;
}

function tableOf(epochs: readonly EpochRow[], floors: Floors | null): Table {
  const rows: Cell[][] = epochs.map(({ epoch, step, knn20 }) => [
    epoch,
    step,
    knn20.dense,
    knn20.gated,
    null,
  ]);
  if (floors) rows.unshift(['floor', null, floors.untrained.dense, floors.untrained.gated, floors.rawPixels]);
  return {
    caption: '20-NN accuracy on the test images, as fractions. The floor row has the untrained network.',
    columns: ['epoch', 'step', 'dense', 'gated', 'raw pixels'],
    length: rows.length,
    row: (i) => rows[i]!,
  };
}
