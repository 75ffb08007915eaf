import { useCallback, useMemo } from 'react';
import type { EpochRow, StepRow } from '../../metrics.ts';
import { useLooks } from '../../store/looks.ts';
import { branchesOf, macShare } from '../../store/run/branches.ts';
import type { Ready, RunState } from '../../store/run/run.ts';
import { type StepRange, useSelection } from '../../store/run/selection.ts';
import { decimate, indexAt, smoothed, spanOf } from '../../store/run/series.ts';
import { type OverlaidRun, useOverlay } from '../../store/runs/overlay.ts';
import { percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import { type Band, bandPoints } from './bands.ts';
import { shortName } from './branchCurves.ts';
import type { Curve, Point } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend } from './Legend.tsx';
import { withOverlaid } from './overlaidTable.ts';
import { rawCurve, rawKey } from './smoothCurve.ts';
import { useBehind } from './useBehind.ts';
import { useChartMenu } from './useChartMenu.ts';
import { useFlags } from './useFlags.ts';
import { type Drawn, useOverlaid } from './useOverlaid.ts';
import { NO_STEPS, stepsOf } from './useSteps.ts';

const TRAIN: Curve = { key: 'train', label: 'training', color: 'var(--gated)' };
const CURVES: readonly Curve[] = [
  TRAIN,
  { key: 'target', label: 'budget t_d', color: 'var(--target)', dashed: true, stepped: true },
  { key: 'evaluation', label: 'evaluation', color: 'var(--text)', dots: true, joined: true },
];
const WITH_RAW: readonly Curve[] = [rawCurve(TRAIN), ...CURVES];
const TURN = 10;
/** Most steps of a curve. It leaves room for the evaluations within the limit of points per curve. */
const STEPS = 360;
const EVALUATIONS = 200;

/**
 * The gated branch's share of the dense MACs beside t_d. Steps have noisy gates, evaluations have hard gates.
 */
export function MacsPanel() {
  const steps = useSampled((run) => run?.record.steps ?? NO_STEPS, TURN);
  const epochs = useSampled((run) => run?.record.epochs ?? null, TURN);
  const budget = useSampled((run) => run?.budget ?? Number.NaN, TURN);
  const flags = useFlags(TURN);
  const diverged = useSampled((run) => run?.record.diverged ?? null, TURN);
  const evaluated = useMemo(() => (epochs ?? []).filter(({ macRatio }) => macRatio !== null), [epochs]);
  const zoom = useSelection((state) => state.zoom);
  const { log, items } = useChartMenu();
  const weight = useLooks((looks) => looks.smoothing);
  const smooth = useMemo(() => smoothed(steps, ratioOf, weight), [steps, weight]);
  const points = useMemo(
    () => pointsOf({ steps, evaluated, smooth }, zoom, weight > 0),
    [steps, evaluated, smooth, zoom, weight],
  );
  const ready = useSampled((run) => run?.record.ready ?? null, TURN);
  const fixed = useMemo(() => (ready ? fixedShares(ready) : []), [ready]);
  const draw = useCallback((run: OverlaidRun, of: StepRange | null) => drawRatios(run, weight, of), [weight]);
  const overlaid = useOverlaid(draw);
  const behind = useBehind(ratiosBehind);
  const broken = useMemo(
    () => stepsOf({ steps, diverged }).flatMap((row) => (Number.isFinite(ratioOf(row)) ? [] : [row.step])),
    [steps, diverged],
  );
  const own = steps.length > 0 && steps.at(-1)?.macRatio !== null;
  const gated = own || overlaid.length > 0;

  function read(key: string, step: number | null): number {
    // A budget that was just set applies from the next step on.
    if (key === 'target' && step === null) return budget;
    return readAt({ steps, evaluated, smooth }, key, step);
  }

  return (
    <Panel
      title="MAC ratio"
      topic="macs"
      picture="macs"
      aside="gated / dense, theoretical"
      actions={items}
      table={gated ? () => tablesOf(own ? tableOf(steps, evaluated) : undefined) : undefined}
    >
      {gated ? (
        <>
          <Legend
            curves={own ? CURVES : NONE}
            read={read}
            format={percent}
            overlaid={overlaid}
            behind={behind}
          />
          <LazyChart
            name="the MAC ratio"
            points={own ? points : NO_POINTS}
            curves={weight > 0 ? WITH_RAW : CURVES}
            overlaid={overlaid}
            behind={own ? behind.bands : NO_BANDS}
            height={138}
            unit="share"
            log={log}
            domain={DOMAIN}
            flags={flags}
            gaps={own ? broken : NO_GAPS}
          />
        </>
      ) : (
        <Empty>
          {steps.length > 0
            ? `No gates: every image costs the same. ${fixed.map(({ branch, share }) => `${shortName(branch)} ${percent(share)}`).join(', ')} of the dense MACs.`
            : 'What the gated branch spends, while training and in evaluation, against the budget t_d.'}
        </Empty>
      )}
    </Panel>
  );
}

const NONE: readonly Curve[] = [];
const NO_POINTS: readonly Point[] = [];
const NO_BANDS: readonly Band[] = [];
const NO_GAPS: readonly number[] = [];

/** Steps with the smoothed ratios of each, and the evaluations. */
interface Ratios {
  readonly steps: readonly StepRow[];
  readonly smooth: ArrayLike<number>;
  readonly evaluated: readonly EpochRow[];
}

function ratioOf({ macRatio }: StepRow | EpochRow): number {
  return macRatio ?? Number.NaN;
}

function readAt({ steps, smooth, evaluated }: Ratios, key: string, step: number | null): number {
  const at = (rows: readonly { readonly step: number }[]) =>
    step === null ? rows.length - 1 : indexAt(rows, step);
  if (key === 'evaluation') return evaluated[at(evaluated)]?.macRatio ?? Number.NaN;
  return (key === 'train' ? smooth[at(steps)] : steps[at(steps)]?.budget) ?? Number.NaN;
}

/**
 * What an overlaid run spent. Its budget is only in the table, because here its line would hide the others.
 */
function drawRatios({ record }: OverlaidRun, weight: number, zoom: StepRange | null): Drawn | null {
  const { steps } = record;
  if (steps.length === 0 || steps.at(-1)!.macRatio === null) return null;
  const ratios = {
    ...{ steps, smooth: smoothed(steps, ratioOf, weight) },
    evaluated: record.epochs.filter(({ macRatio }) => macRatio !== null),
  };
  return {
    points: pointsOf(ratios, zoom, false),
    curves: CURVES.filter(({ key }) => key !== 'target'),
    read: (key, step) => readAt(ratios, key, step),
  };
}

function fixedShares({ config, data }: Ready) {
  return branchesOf(config).map((branch) => ({ branch, share: macShare(config, data.size, branch) }));
}

const DOMAIN = [0, 'auto'] as const;

/**
 * A part of the steps and of the evaluations. Each is thinned separately, because the few evaluations would
 * be lost among the steps.
 */
function pointsOf({ steps, smooth, evaluated }: Ratios, zoom: StepRange | null, raw: boolean): Point[] {
  const points = new Map<number, Point>();
  const trainPoint = (i: number): Point => {
    const { step, budget } = steps[i]!;
    const behind = raw && { [rawKey(TRAIN.key)]: ratioOf(steps[i]!) };
    return { step, train: smooth[i]!, target: budget, evaluation: Number.NaN, ...behind };
  };
  for (const i of decimate(steps, [ratioOf, (row) => row.budget], STEPS, spanOf(steps, zoom))) {
    points.set(steps[i]!.step, trainPoint(i));
  }
  for (const i of decimate(evaluated, [ratioOf], EVALUATIONS, spanOf(evaluated, zoom))) {
    const { step, macRatio } = evaluated[i]!;
    const at = indexAt(steps, step);
    if (at >= 0) points.set(step, { ...trainPoint(at), step, evaluation: macRatio ?? Number.NaN });
  }
  return [...points.values()].sort((a, b) => a.step - b.step);
}

function ratiosBehind({ record: { steps } }: RunState): readonly Band[] {
  if (steps.at(-1)?.macRatio == null) return NO_BANDS;
  return [{ key: TRAIN.key, color: TRAIN.color, points: bandPoints(steps, ratioOf) }];
}

function tableOf(steps: readonly StepRow[], evaluated: readonly EpochRow[]): Table {
  const ratios = new Map(evaluated.map(({ step, macRatio }) => [step, macRatio]));
  return {
    caption: 'MACs of the gated branch over the dense MACs, as fractions, by step.',
    columns: ['step', 'training', 'evaluation', 't_d'],
    length: steps.length,
    row: (i) => {
      const { step, macRatio, budget } = steps[i]!;
      return [step, macRatio, ratios.get(step) ?? null, budget];
    },
  };
}

function tablesOf(own: Table | undefined): Table {
  const others = useOverlay.getState().runs.filter(({ record }) => record.steps.at(-1)?.macRatio != null);
  const tables = others.map(({ name, record }) => ({ name, table: tableOf(record.steps, record.epochs) }));
  return withOverlaid(own, tables) ?? tableOf([], []);
}
