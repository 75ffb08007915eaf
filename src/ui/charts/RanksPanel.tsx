import { useCallback, useMemo } from 'react';
import { branchEntries, type EpochRow, RANK_NAMES, RANKS, type Rank } from '../../metrics.ts';
import type { RunState } from '../../store/run/run.ts';
import { type StepRange, useSelection } from '../../store/run/selection.ts';
import { type OverlaidRun, useOverlay } from '../../store/runs/overlay.ts';
import { count, figure } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import { type Band, bandPoints } from './bands.ts';
import type { Level } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend, RecordedKey } from './Legend.tsx';
import { withOverlaid } from './overlaidTable.ts';
import { measuredRank, type RankRow, rankCurves, rankRows, rankTable } from './rankCurves.ts';
import { useBehind } from './useBehind.ts';
import { useChartMenu } from './useChartMenu.ts';
import { useFlags } from './useFlags.ts';
import { type Drawn, useOverlaid } from './useOverlaid.ts';

const TURN = 13;

/** How many directions the features of every branch use, measured without labels while the run trains. */
export default function RanksPanel() {
  const epochs = useSampled((run) => run?.record.epochs ?? NO_EPOCHS, TURN);
  const floors = useSampled((run) => run?.record.floors ?? null, TURN);
  const rows = useMemo(() => rankRows(epochs, floors), [epochs, floors]);
  const overlaid = useOverlay(({ runs }) => runs.some((run) => rowsOf(run).length > 0));
  const behind = useBehind(ranksBehind);
  const { log, items } = useChartMenu();
  if (rows.length === 0 && !overlaid) return null;
  return (
    <Panel
      title="Ranks of features"
      topic="ranks"
      picture="ranks"
      aside={behind.label === null ? imagesText(rows) : <RecordedKey {...behind} />}
      actions={items}
      table={() => tablesOf(rows)}
    >
      <div className="terms">
        {RANKS.map((rank, i) => (
          <RankChart key={rank} rank={rank} rows={rows} turn={TURN + i} log={log} behind={behind.bands} />
        ))}
      </div>
      <p className="muted small">{rangeText(rows)}</p>
    </Panel>
  );
}

const NO_EPOCHS: readonly EpochRow[] = [];

function imagesText(rows: readonly RankRow[]): string {
  const newest = rows.at(-1);
  return newest ? `${count(newest.ranks.images)} images, no labels` : 'no labels';
}

/** The numbers between which ranks can lie. */
function rangeText(rows: readonly RankRow[]): string {
  const [first, newest] = [rows[0], rows.at(-1)];
  if (!first || !newest) return COLLAPSE;
  const { images, branches } = newest.ranks;
  const dimension = Math.max(...branchEntries(branches).map(([, branch]) => branch.dimension));
  const fewer =
    first.ranks.images < images
      ? ` Earlier rows have fewer images, from ${count(first.ranks.images)} on, and are a little lower by that.`
      : '';
  return `RankMe and effective rank go up to ${count(Math.min(dimension, images))}. ${COLLAPSE}${fewer}`;
}

const COLLAPSE = 'A collapse takes both down to 1 or below, and α-ReQ far above 1.';

interface RankChartProps {
  readonly rank: Rank;
  readonly rows: readonly RankRow[];
  readonly turn: number;
  readonly log: boolean;
  readonly behind: readonly Band[];
}

function RankChart({ rank, rows, turn, log, behind }: RankChartProps) {
  const zoom = useSelection((state) => state.zoom);
  const own = useMemo(() => rankCurves(rows, rank, zoom), [rows, rank, zoom]);
  const draw = useCallback(
    (run: OverlaidRun, of: StepRange | null): Drawn | null => {
      const theirs = rowsOf(run);
      return theirs.length === 0 ? null : rankCurves(theirs, rank, of);
    },
    [rank],
  );
  const overlaid = useOverlaid(draw);
  const flags = useFlags(turn);
  const ofRank = useMemo(() => behind.filter(({ key }) => key.startsWith(`${rank} `)), [behind, rank]);
  const levels = rank === 'alpha' ? NEAR_ONE : NO_LEVELS;
  return (
    <div>
      <p className="muted small">{RANK_NAMES[rank]}</p>
      <Legend curves={own.curves} levels={levels} overlaid={overlaid} format={figure} read={own.read} />
      <LazyChart
        name={RANK_NAMES[rank]}
        points={own.points}
        curves={own.curves}
        height={82}
        log={log}
        small
        levels={levels}
        flags={flags}
        overlaid={overlaid}
        behind={ofRank}
      />
    </div>
  );
}

/** Where α-ReQ's paper finds good features. */
const NEAR_ONE: readonly Level[] = [
  { key: 'paper', label: 'the paper’s best near', value: 1, color: 'var(--muted)' },
];
const NO_LEVELS: readonly Level[] = [];

function rowsOf({ record: { epochs, floors } }: RunState | OverlaidRun): RankRow[] {
  return rankRows(epochs, floors);
}

function ranksBehind(run: RunState): readonly Band[] {
  const rows = rowsOf(run);
  return RANKS.flatMap((rank) =>
    measuredRank(rows, rank).map(({ curve: { key, color }, read }) => {
      return { key: `${rank} ${key}`, color, points: bandPoints(rows, read, 0) };
    }),
  );
}

function tablesOf(rows: readonly RankRow[]): Table {
  const own = rankTable(rows);
  const others = useOverlay.getState().runs.filter((run) => rowsOf(run).length > 0);
  const tables = others.map((run) => ({ name: run.name, table: rankTable(rowsOf(run)) }));
  return withOverlaid(rows.length > 0 ? own : undefined, tables) ?? own;
}
