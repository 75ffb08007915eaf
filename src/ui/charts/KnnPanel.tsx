import { useMemo } from 'react';
import type { EpochRow, Floors } from '../../metrics.ts';
import { decimate, type Point } from '../../store/series.ts';
import { percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import type { Curve, Level } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { useFlags } from './useFlags.ts';

const DENSE: Curve = { key: 'dense', label: 'dense', color: 'var(--dense)', dots: true };
const GATED: Curve = { key: 'gated', label: 'gated', color: 'var(--gated)', dots: true };
const TURN = 9;
const DOMAIN = [0, 'auto'] as const;

/** 20-NN accuracy of both branches over the run, above the floors that a trained network must leave behind. */
export function KnnPanel() {
  const epochs = useSampled((run) => run?.record.epochs ?? null, TURN);
  const floors = useSampled((run) => run?.record.floors ?? null, TURN);
  const flags = useFlags(TURN);
  const points = useMemo(
    () =>
      (epochs ?? []).map(({ step, knn20 }): Point => {
        return { x: step, dense: knn20.dense ?? Number.NaN, gated: knn20.gated ?? Number.NaN };
      }),
    [epochs],
  );
  const drawn = useMemo(() => decimate(points, ['dense', 'gated']), [points]);
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
      aside="after each epoch"
      table={points.length > 0 ? () => tableOf(epochs ?? [], floors) : undefined}
    >
      {points.length === 0 ? (
        <Empty>
          {floors
            ? `To beat: ${levels.map(({ label, value }) => `${label} ${percent(value)}`).join(', ')}. The first accuracy comes with the first evaluation.`
            : 'The accuracy of both branches appears here after each evaluation, above two floors: raw pixels, and the untrained network.'}
        </Empty>
      ) : (
        <>
          <Legend points={points} curves={curves} levels={levels} format={percent} />
          <LazyChart
            points={drawn}
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
  const floor = floors
    ? ([['floor', null, floors.untrained.dense, floors.untrained.gated, floors.rawPixels]] as const)
    : [];
  return {
    caption: '20-NN accuracy on the test images, as fractions. The floor row has the untrained network.',
    columns: ['epoch', 'step', 'dense', 'gated', 'raw pixels'],
    rows: [
      ...floor,
      ...epochs.map(({ epoch, step, knn20 }) => [epoch, step, knn20.dense, knn20.gated, null]),
    ],
  };
}
