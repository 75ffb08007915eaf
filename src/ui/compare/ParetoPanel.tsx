import { useMemo, useState } from 'react';
import type { Measure, RunSection } from '../../store/runs/runsTable.ts';
import { METHODS } from '../../store/settings.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Cell, Table } from '../shell/table.ts';
import { type LiveRun, livePoints } from './livePoints.ts';
import { MEASURES } from './measures.ts';
import { ParetoPlot } from './ParetoPlot.tsx';
import { type Along, ownPoints, type ParetoLayer, type ParetoPoint, type Theirs } from './paretoPoints.ts';
import { SystemKey } from './SystemMark.tsx';

interface ParetoPanelProps {
  readonly sections: readonly RunSection[];
  readonly measure: Measure;
  /** What only some runs have. */
  readonly layers?: (along: Along) => readonly ParetoLayer[];
  /** Points of others, behind the runs' own. */
  readonly theirs?: Theirs | null;
  readonly selected: string | null;
  /** The run on the page while it has not ended. */
  readonly live?: LiveRun | null;
  readonly onSelect: (row: string) => void;
}

/** What each system reaches and at which cost: accuracy over achieved MACs for all runs. */
export function ParetoPanel(props: ParetoPanelProps) {
  const { sections, measure, layers, theirs = null, selected, live = null, onSelect } = props;
  const [chosen, setAlong] = useState<Along | null>(null);
  const several = useMemo(() => haveSeveralNetworks(sections), [sections]);
  // Shares of networks of several sizes are shares of different wholes. The paper's networks are fifty times
  // larger than those of short runs, so beside them only shares fit into one picture.
  const along = chosen ?? (several && theirs === null ? 'macs' : 'share');
  const [log, setLog] = useState(true);
  const [pointed, setPointed] = useState<ParetoPoint | null>(null);
  const own = useMemo(
    () => [...ownPoints(sections, measure, along), ...(live ? livePoints(live, along) : [])],
    [sections, measure, along, live],
  );
  const more = useMemo(() => layers?.(along) ?? [], [layers, along]);
  const others = useMemo(() => theirs?.points(along) ?? [], [theirs, along]);

  return (
    <Panel
      title="Accuracy against MACs"
      topic="pareto"
      picture="pareto"
      aside="achieved, theoretical"
      table={
        own.length > 0
          ? () => tableOf([...own, ...more.flatMap(({ points }) => points), ...others], along)
          : undefined
      }
      actions={[
        { label: 'Logarithmic axis', pressed: log, act: () => setLog(!log) },
        {
          label: 'MACs of one image',
          pressed: along === 'macs',
          act: () => setAlong(along === 'macs' ? 'share' : 'macs'),
        },
      ]}
    >
      {own.length === 0 ? (
        <Empty>
          Every run that ends here, is opened from a file, or was recorded becomes a point: what its branches
          reach, and how many MACs they spend.
        </Empty>
      ) : (
        <>
          <div className="keys-row">
            {METHODS.map(({ id, label }) => (
              <span key={id}>
                <SystemKey system={id} hollow={false} /> {label}
              </span>
            ))}
            {own.some(({ system }) => system === 'small-dense') && (
              <span>
                <SystemKey system="small-dense" hollow={false} /> Small dense
              </span>
            )}
            <span className="muted">
              solid: trained here · hollow: opened, or recorded by the project
              {theirs && `, ${theirs.key}`}
              {live && ' · dashed ring: the run on the page'}
            </span>
            {more.map(({ legend }) => legend)}
          </div>
          <ParetoPlot
            own={own}
            layers={more}
            theirs={others}
            theirLabel={theirs?.label ?? ''}
            along={along}
            log={log}
            selected={selected}
            measure={MEASURES[measure]}
            onPoint={setPointed}
            onSelect={onSelect}
          />
          <p className="read-out small" role="status">
            {pointed?.says ??
              'Point at a mark to read it, choose it to find its row. Thin bar: standard error by the test images; thick bars: standard deviation over seeds; dots and band: single seeds, from the least to the best.'}
          </p>
          {several && along === 'share' && (
            <p className="muted small">
              Networks of several sizes are shown, each against its own dense MACs. “MACs of one image” in the
              menu sets them on one scale.
            </p>
          )}
          {theirs && <p className="muted small">{theirs.note}</p>}
        </>
      )}
    </Panel>
  );
}

function haveSeveralNetworks(sections: readonly RunSection[]): boolean {
  const sizes = sections.flatMap(({ rows }) => rows.map(({ group }) => group.denseMacs));
  return new Set(sizes).size > 1;
}

function tableOf(points: readonly ParetoPoint[], along: Along): Table {
  const rows = points.flatMap(rowsOf);
  return {
    caption: `Accuracy as a fraction, against ${along === 'macs' ? 'achieved MACs of one image' : 'achieved MACs over the dense MACs'}; sd is over seeds.`,
    columns: ['name', 'whose', 'MACs', 'MACs sd', 'accuracy', 'standard error', 'sd', 'note'],
    length: rows.length,
    row: (i) => rows[i]!,
  };
}

/** The row of a point, and one for each of its seeds. */
function rowsOf(point: ParetoPoint): Cell[][] {
  const { name, whose, x, xSpread, y, standardError, ySpread, seeds = [], note = null } = point;
  return [
    [name, whose, x, xSpread, y, standardError, ySpread, note],
    ...seeds.map((one) => [`${name}, seed ${one.seed}`, whose, one.x, null, one.y, null, null, null]),
  ];
}
