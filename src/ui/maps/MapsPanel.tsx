import { useId } from 'react';
import type { Branch } from '../../metrics.ts';
import type { MapLayout, Ready, RunRecord } from '../../store/run.ts';
import { useSelection } from '../../store/selection.ts';
import { count, percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import { ClassToggles } from './ClassToggles.tsx';
import { MapCanvas } from './MapCanvas.tsx';

const BRANCHES = ['dense', 'gated'] as const;

/** The twin maps: the same test images by the features of the dense and of the gated branch. */
export function MapsPanel() {
  const ready = useSampled((run) => run?.record.ready ?? null, 1);
  const maps = useSampled((run) => run?.record.maps ?? null, 1);
  const working = useSampled((run) => run?.mapProgress ?? null, 1);
  const recorded = useSampled((run) => run?.origin.kind === 'recorded', 1);
  const shown = useSelection((state) => state.branch);
  const showBranch = useSelection((state) => state.showBranch);
  const drawn = maps?.dense ?? maps?.gated ?? null;

  return (
    <Panel
      title="Maps of the test images"
      topic="maps"
      className="twin-maps"
      picture={`${shown}-map`}
      table={ready && drawn ? () => tableOf(ready, maps) : undefined}
      aside={
        ready && drawn
          ? `${count(drawn.xy.length / 2)} of ${ready.data.test > 0 ? count(ready.data.test) : 'the'} test images${working === null ? '' : ` · UMAP ${percent(working, 0)}`}`
          : ''
      }
    >
      <fieldset className="segmented">
        <legend className="visually-hidden">Map to show</legend>
        {BRANCHES.map((branch) => (
          <button
            key={branch}
            type="button"
            className="button"
            aria-pressed={shown === branch}
            onClick={() => showBranch(branch)}
          >
            {nameOf(branch)}
          </button>
        ))}
      </fieldset>
      <div className="maps">
        {BRANCHES.map((branch) => (
          <MapFigure
            key={branch}
            branch={branch}
            layout={maps?.[branch] ?? null}
            ready={ready}
            recorded={recorded}
            shown={shown}
          />
        ))}
      </div>
      {ready && drawn && (
        <>
          <ClassToggles ready={ready} />
          <ImageLine ready={ready} />
        </>
      )}
    </Panel>
  );
}

interface MapFigureProps {
  readonly branch: Branch;
  readonly layout: MapLayout | null;
  readonly ready: Ready | null;
  readonly recorded: boolean;
  readonly shown: Branch;
}

function MapFigure({ branch, layout, ready, recorded, shown }: MapFigureProps) {
  const absent = ready !== null && ready.config.system === (branch === 'dense' ? 'vicreg-gating' : 'vicreg');
  const waiting = recorded
    ? 'The run file holds no maps.'
    : `Test images by ${branch} features: PCA first, UMAP soon after the first evaluation.`;
  return (
    <figure className={branch === shown ? 'map' : 'map elsewhere'}>
      <h3>
        {nameOf(branch)} branch
        {layout && (
          <span data-testid={`${branch}-map`}>
            {layout.projection === 'umap' ? 'UMAP' : 'PCA'} · {momentOf(layout)}
          </span>
        )}
      </h3>
      <div className="plot">
        {ready && layout ? (
          <MapCanvas
            layout={layout}
            ready={ready}
            label={`${nameOf(branch)} map: ${layout.xy.length / 2} test images, coloured by class; the table view lists them`}
          />
        ) : (
          <Empty>{absent ? `This method trains no ${branch} branch.` : waiting}</Empty>
        )}
      </div>
    </figure>
  );
}

/** The image that is looked at, in words, and a way to it without a pointer. */
function ImageLine({ ready }: { readonly ready: Ready }) {
  const marked = useSelection((state) => state.hovered ?? state.pinned);
  const pinned = useSelection((state) => state.pinned);
  const { labels, pixels } = ready.mapImages;
  const id = useId();
  const label = marked === null ? undefined : labels[marked];
  return (
    <div className="map-foot">
      <span aria-live="polite">
        {marked === null || label === undefined
          ? 'Point at an image to find its twin; a click keeps it.'
          : `Image ${marked}: ${ready.data.classes[label] ?? `class ${label}`}`}
        {pixels.length === 0 ? ' Pictures are not part of a run file.' : ''}
      </span>
      <span className="look-at">
        <label htmlFor={id}>Image</label>
        <input
          id={id}
          className="input"
          type="number"
          min={0}
          max={labels.length - 1}
          value={pinned ?? ''}
          onChange={({ currentTarget }) => {
            const image = currentTarget.valueAsNumber;
            if (Number.isInteger(image) && image >= 0 && image < labels.length)
              useSelection.setState({ pinned: image });
            else useSelection.setState({ pinned: null });
          }}
        />
      </span>
    </div>
  );
}

/** When the features were taken that a map shows. */
function momentOf({ epoch, step }: MapLayout): string {
  return step === 0 ? 'untrained' : `epoch ${epoch + 1}, step ${step}`;
}

function nameOf(branch: Branch): string {
  return branch === 'dense' ? 'Dense' : 'Gated';
}

function tableOf(ready: Ready, maps: RunRecord['maps'] | null): Table {
  return {
    caption: 'Place of each test image on the two maps; units are the projection’s own.',
    columns: ['image', 'class', 'dense x', 'dense y', 'gated x', 'gated y'],
    length: ready.mapImages.count,
    row: (i) => {
      const label = ready.mapImages.labels[i]!;
      const places = BRANCHES.flatMap((branch) => [maps?.[branch]?.xy[2 * i], maps?.[branch]?.xy[2 * i + 1]]);
      return [i, ready.data.classes[label] ?? String(label), ...places.map((place) => place ?? null)];
    },
  };
}
