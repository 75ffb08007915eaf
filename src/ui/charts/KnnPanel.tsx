import { useCallback, useMemo } from 'react';
import {
  type Branch,
  type EpochRow,
  type Floors,
  lineToBeat,
  measuredPixels,
  PIXEL_FLOORS,
  type PixelFloor,
} from '../../metrics.ts';
import { useLooks } from '../../store/looks.ts';
import { lacksAccuracies } from '../../store/run/labels.ts';
import type { RunState } from '../../store/run/run.ts';
import { type StepRange, useSelection } from '../../store/run/selection.ts';
import { indexAt, POINT_LIMIT } from '../../store/run/series.ts';
import { type OverlaidRun, useOverlay } from '../../store/runs/overlay.ts';
import { measuredOn, percent, points } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Cell, Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import { type Band, bandPoints } from './bands.ts';
import { branchCurve, branchesWith, shortName } from './branchCurves.ts';
import type { Level } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { withOverlaid } from './overlaidTable.ts';
import { type SmoothCurves, smoothCurves } from './smoothCurve.ts';
import { useBehind } from './useBehind.ts';
import { useChartMenu } from './useChartMenu.ts';
import { useFlags } from './useFlags.ts';
import { type Drawn, useOverlaid } from './useOverlaid.ts';

const TURN = 9;
const DOMAIN = [0, 'auto'] as const;
/** Evaluations from which on the curves are smoothed. */
const SMOOTHED_FROM = 10;

/** 20-NN accuracy of every branch over the run, above the floors that a trained network must leave behind. */
export function KnnPanel() {
  const epochs = useSampled((run) => run?.record.epochs ?? NO_EPOCHS, TURN);
  const floors = useSampled((run) => run?.record.floors ?? null, TURN);
  const cautions = useSampled((run) => run?.record.cautions ?? NO_CAUTIONS, TURN);
  const flags = useFlags(TURN);
  const branches = useMemo(() => branchesOf(epochs), [epochs]);
  const zoom = useSelection((state) => state.zoom);
  const { log, items } = useChartMenu();
  const smoothing = useLooks((looks) => looks.smoothing);
  const drawn = useMemo(
    () => accuracyCurves(epochs, branches, smoothing, zoom, true),
    [epochs, branches, smoothing, zoom],
  );
  const { points, curves } = drawn;
  const levels = useMemo(() => levelsOf(floors), [floors]);
  const draw = useCallback(
    (run: OverlaidRun, of: StepRange | null) => drawAccuracies(run, smoothing, of),
    [smoothing],
  );
  const overlaid = useOverlaid(draw);
  const behind = useBehind(accuraciesBehind);

  return (
    <Panel
      title="20-NN accuracy"
      topic="knn"
      picture="knn"
      aside={newestOf(epochs)}
      actions={items}
      table={points.length + overlaid.length > 0 ? () => tablesOf(epochs, branches, floors) : undefined}
    >
      {points.length + overlaid.length === 0 ? (
        <Empty>
          {lacksAccuracies(floors)
            ? 'These images have no labels, so that no accuracy can be measured. Losses, MACs, gates and maps are.'
            : floors
              ? `To beat: ${levels.map(({ label, value }) => `${label} ${percent(value)}`).join(', ')}. The first accuracy comes with the first evaluation.`
              : 'The accuracy of every branch appears here after each evaluation, above the floors: pixels, and the untrained network.'}
        </Empty>
      ) : (
        <>
          <Legend
            curves={curves}
            levels={levels}
            format={percent}
            overlaid={overlaid}
            behind={behind}
            read={(key, step) => readAt(epochs, key, step)}
          />
          <LazyChart
            name="20-NN accuracy"
            points={points}
            curves={curves}
            height={138}
            unit="share"
            log={log}
            levels={levels}
            flags={flags}
            domain={DOMAIN}
            overlaid={overlaid}
            behind={behind.bands}
          />
        </>
      )}
      {floors?.samples && floors.rawPixels !== null && (
        <p className="muted small">
          {beatWords(floors)}Floors: pixels {measuredOn(floors.samples.rawPixels)}; untrained network{' '}
          {measuredOn(floors.samples.untrained)}.
        </p>
      )}
      {cautions.map((caution) => (
        <p key={caution} className="muted small" data-testid="knn-caution">
          {caution}
        </p>
      ))}
    </Panel>
  );
}

/** What the newest accuracies were measured on, and the larger of their standard errors. */
function newestOf(epochs: readonly EpochRow[]): string {
  const sample = epochs.at(-1)?.sample;
  if (sample === undefined) return 'after each evaluation';
  const errors = branchesWith(sample.standardError).map((branch) => sample.standardError[branch]!);
  return `${measuredOn(sample)}: ${errors.length > 0 ? points(Math.max(...errors)) : ''}`;
}

const NO_EPOCHS: readonly EpochRow[] = [];
const NO_CAUTIONS: readonly string[] = [];

function branchesOf(epochs: readonly EpochRow[]): Branch[] {
  return branchesWith(epochs.at(-1)?.knn20 ?? { gated: null, dense: null });
}

/**
 * The accuracies of every branch: smoothed, with each measurement as a dot. Few evaluations are not smoothed:
 * the average would only lag behind them.
 */
function accuracyCurves(
  epochs: readonly EpochRow[],
  branches: readonly Branch[],
  smoothing: number,
  zoom: StepRange | null,
  raw: boolean,
): Pick<SmoothCurves, 'points' | 'curves'> {
  // Without labels there are evaluations and no accuracies.
  if (branches.length === 0) return { points: [], curves: [] };
  const weight = epochs.length < SMOOTHED_FROM ? 0 : smoothing;
  const measured = branches.map((branch) => ({
    curve: branchCurve(branch, branches),
    read: (row: EpochRow) => row.knn20[branch] ?? Number.NaN,
  }));
  const { points, curves } = smoothCurves(epochs, measured, { weight, limit: POINT_LIMIT, zoom, raw });
  // The dots are the measurements, so a smoothed line has none.
  return {
    points,
    curves: weight === 0 ? curves : curves.map((curve) => ({ ...curve, dots: curve.faint ?? false })),
  };
}

function accuraciesBehind({ record: { epochs } }: RunState): readonly Band[] {
  const branches = branchesOf(epochs);
  return branches.map((branch) => ({
    key: branch,
    color: branchCurve(branch, branches).color,
    points: bandPoints(epochs, ({ knn20 }) => knn20[branch] ?? Number.NaN, 0),
  }));
}

/** Accuracy of a branch at the last evaluation that is not after a step. */
function readAt(epochs: readonly EpochRow[], key: string, step: number | null): number {
  const row = epochs[step === null ? epochs.length - 1 : indexAt(epochs, step)];
  const branch = branchesOf(epochs).find((candidate) => candidate === key);
  return row && branch ? (row.knn20[branch] ?? Number.NaN) : Number.NaN;
}

function drawAccuracies(
  { record: { epochs } }: OverlaidRun,
  smoothing: number,
  zoom: StepRange | null,
): Drawn | null {
  const branches = branchesOf(epochs);
  if (branches.length === 0) return null;
  return {
    ...accuracyCurves(epochs, branches, smoothing, zoom, false),
    read: (key, step) => readAt(epochs, key, step),
  };
}

function levelsOf(floors: Floors | null): Level[] {
  if (floors === null || floors.rawPixels === null) return [];
  const { untrained } = floors;
  const branches = branchesWith(untrained);
  const levels = branches.map((branch): Level => {
    const { label, color } = branchCurve(branch, branches);
    return { key: `untrained ${branch}`, label: `untrained ${label}`, value: untrained[branch]!, color };
  });
  const pixels = drawnPixels(floors).map(([floor, value]): Level => {
    return { key: floor, label: PIXEL_FLOORS[floor], value, color: 'var(--muted)' };
  });
  return [...pixels, ...levels];
}

/** Raw pixels, and the best of the other floors of pixels. All of them would hide the curves. */
function drawnPixels(floors: Floors): (readonly [PixelFloor, number])[] {
  const measured = measuredPixels(floors);
  const best = measured.reduce((best, floor) => (floor[1] > best[1] ? floor : best));
  return measured.filter(([floor]) => floor === 'rawPixels' || floor === best[0]);
}

/** The line to beat; empty for runs of which only raw pixels were measured. */
function beatWords(floors: Floors): string {
  const best = lineToBeat(floors);
  if (best === null) return '';
  return `To beat: ${best.name}, ${percent(best.share)}. `;
}

function tableOf(epochs: readonly EpochRow[], branches: readonly Branch[], floors: Floors | null): Table {
  const pixels = floors === null ? [] : measuredPixels(floors);
  const rows: Cell[][] = epochs.map(({ epoch, step, knn20 }) => [
    epoch,
    step,
    ...branches.map((branch) => knn20[branch] ?? null),
    ...pixels.map(() => null),
  ]);
  if (floors) {
    const untrained = branches.map((branch) => floors.untrained[branch] ?? null);
    rows.unshift(['floor', null, ...untrained, ...pixels.map(([, share]) => share)]);
  }
  return {
    caption: '20-NN accuracy on the test images, as fractions. The floor row has the untrained network.',
    columns: ['epoch', 'step', ...branches.map(shortName), ...pixels.map(([floor]) => PIXEL_FLOORS[floor])],
    length: rows.length,
    row: (i) => rows[i]!,
  };
}

function tablesOf(epochs: readonly EpochRow[], branches: readonly Branch[], floors: Floors | null): Table {
  const own = tableOf(epochs, branches, floors);
  const others = useOverlay.getState().runs.filter(({ record }) => record.epochs.length > 0);
  const tables = others.map(({ name, record }) => {
    return { name, table: tableOf(record.epochs, branchesOf(record.epochs), record.floors) };
  });
  return withOverlaid(epochs.length > 0 ? own : undefined, tables) ?? own;
}
