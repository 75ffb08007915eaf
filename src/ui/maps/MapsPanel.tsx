import { useMemo } from 'react';
import type { Branch } from '../../metrics.ts';
import { branchName } from '../../store/run/branches.ts';
import { dialBranch } from '../../store/run/dial/onDial.ts';
import { isLabelled } from '../../store/run/labels.ts';
import type { MapLayout, Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { dialWords, joined } from '../dial/dialWords.ts';
import { saveFile } from '../shell/download.ts';
import { count, percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { csv } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import { ClassToggles } from './ClassToggles.tsx';
import { ColorTools } from './ColorTools.tsx';
import { ImageCards } from './ImageCards.tsx';
import { ImageLine } from './ImageLine.tsx';
import { type ColoredRecord, imageColors } from './imageColors.ts';
import { MapCanvas } from './MapCanvas.tsx';
import { GroupTools, MapTools } from './MapTools.tsx';
import { mapPair } from './mapPair.ts';
import { placesTable, selectionTable } from './mapTables.ts';
import { dotsOf, pointsSvg } from './plot.ts';
import { SeparationTable } from './SeparationTable.tsx';
import { TwinLine } from './TwinLine.tsx';
import { useSameEvaluation } from './useSameEvaluation.ts';

/** Side of a map in a saved file, pixels. */
const MAP_SIDE = 600;

/** The twin maps show the same test images by the features of the dense branch and of another branch. */
export function MapsPanel() {
  const run = useSampled((state) => state?.run ?? null, 1);
  const ready = useSampled((state) => state?.record.ready ?? null, 1);
  const newest = useSampled((state) => state?.record.maps ?? null, 1);
  const final = useSampled((state) => state?.record.final ?? null, 1);
  const gates = useSampled((state) => state?.record.mapGates ?? null, 1);
  const nearest = useSampled((state) => state?.record.mapNearest ?? null, 1);
  const working = useSampled((state) => state?.mapProgress ?? null, 1);
  const recorded = useSampled((state) => state !== null && state.origin.kind !== 'here', 1);
  const dialled = useSampled((_, turned) => turned, 1);
  const branch = useSelection((state) => state.branch);
  const chosen = useSelection((state) => state.beside);
  const grouping = useSelection(({ lassoing, groups }) => lassoing || groups.a.size > 0 || groups.b.size > 0);
  const coloring = useSelection((state) => state.coloring);
  const { showBranch } = useSelection.getState();

  const { branches, others, beside, pair } = mapPair(ready, chosen);
  // Each point of the dial has maps of its own.
  const maps = useSameEvaluation(dialled ? `${run} at ${dialled.point.budget}` : run, newest, pair);
  const shown = branch === 'dense' ? 'dense' : beside;
  const drawn = Object.values(maps)[0] ?? null;
  const other = maps[beside];
  const record = useMemo((): ColoredRecord => ({ final, mapGates: gates }), [final, gates]);
  const keyed = useMemo(
    () => (ready ? imageColors(coloring, ready, record, shown) : null),
    [coloring, ready, record, shown],
  );

  return (
    <Panel
      title="Maps of the test images"
      topic="maps"
      className="twin-maps"
      picture={`${shown}-map`}
      vector={() => {
        const layout = maps[shown];
        if (!ready || !layout || !keyed) return null;
        const { classes, groups } = useSelection.getState();
        const dots = dotsOf(keyed, ready.mapImages.labels, { classes, groups });
        const svg = pointsSvg(layout.xy, dots, MAP_SIDE);
        return new Blob([svg], { type: 'image/svg+xml' });
      }}
      table={ready && drawn ? () => placesTable(ready, maps) : undefined}
      aside={
        ready && drawn
          ? `${count(drawn.xy.length / 2)} of ${ready.data.test > 0 ? count(ready.data.test) : 'the'} test images${working === null ? '' : ` · UMAP ${percent(working, 0)}`}`
          : ''
      }
    >
      <fieldset className="segmented">
        <legend className="visually-hidden">Map to show</legend>
        {pair.map((one) => (
          <button
            key={one}
            type="button"
            className="button"
            aria-pressed={shown === one}
            onClick={() => showBranch(one)}
          >
            {branchName(one)}
          </button>
        ))}
      </fieldset>
      {ready && drawn && keyed && (
        <>
          <MapTools others={others} beside={beside} recorded={recorded} working={working !== null} />
          <ColorTools ready={ready} record={record} colors={keyed} />
        </>
      )}
      <div className="maps">
        {pair.map((one) => (
          <MapFigure
            key={`${run} ${one}`}
            branch={one}
            layout={maps[one] ?? null}
            ready={ready}
            record={record}
            absent={ready !== null && !branches.includes(one)}
            recorded={recorded}
            dialled={dialled && dialBranch(dialled.point) === one ? dialWords(dialled) : ''}
            shown={shown === one}
          />
        ))}
        {maps.dense && other && <TwinLine left={maps.dense} right={other} />}
      </div>
      {ready && drawn && (
        <>
          {grouping && (
            <>
              <GroupTools
                ready={ready}
                onSave={() => {
                  const table = selectionTable(ready, maps, gates, useSelection.getState().groups);
                  saveFile('dualgate-selection.csv', new Blob([csv(table)], { type: 'text/csv' }));
                }}
              />
              <SeparationTable ready={ready} gated={branches.includes('gated')} recorded={recorded} />
            </>
          )}
          <ClassToggles ready={ready} />
          <ImageLine ready={ready} />
          <ImageCards ready={ready} record={{ maps, mapGates: gates, mapNearest: nearest }} pair={pair} />
        </>
      )}
    </Panel>
  );
}

interface MapFigureProps {
  readonly branch: Branch;
  readonly layout: MapLayout | null;
  readonly ready: Ready | null;
  readonly record: ColoredRecord;
  /** True if the run's method has no such branch. */
  readonly absent: boolean;
  readonly recorded: boolean;
  /** Where the dial stands, if the map is of there. */
  readonly dialled: string;
  readonly shown: boolean;
}

function MapFigure({ branch, layout, ready, record, absent, recorded, dialled, shown }: MapFigureProps) {
  const coloring = useSelection((state) => state.coloring);
  const colors = useMemo(
    () => (ready ? imageColors(coloring, ready, record, branch) : null),
    [coloring, ready, record, branch],
  );
  const name = branchName(branch);
  const waiting = recorded
    ? 'The run file holds no maps.'
    : `Test images by ${name.toLowerCase()} features: PCA first, UMAP soon after the first evaluation.`;
  return (
    <figure className={shown ? 'map' : 'map elsewhere'}>
      <h3>
        {name} branch
        {layout && <span data-testid={`${branch}-map`}>{joined(descriptionOf(layout), dialled)}</span>}
      </h3>
      <div className="plot">
        {ready && layout && colors ? (
          <MapCanvas
            layout={layout}
            ready={ready}
            colors={colors}
            label={`${name} map: ${layout.xy.length / 2} test images${colors.keys.length === 0 && isLabelled(ready) ? ', coloured by class' : ''}; the table view lists them`}
          />
        ) : (
          <Empty>{absent ? `This method trains no ${name.toLowerCase()} branch.` : waiting}</Empty>
        )}
      </div>
    </figure>
  );
}

/** Says how a map was made, and at which step its features were taken. */
function descriptionOf({ projection, epoch, step, neighbours }: MapLayout): string {
  const moment = step === 0 ? 'untrained' : `epoch ${epoch + 1}, step ${step}`;
  const settings = neighbours === null ? '' : ` · ${neighbours} neighbours`;
  return `${projection === 'umap' ? 'UMAP' : 'PCA'} · ${moment}${settings}`;
}
