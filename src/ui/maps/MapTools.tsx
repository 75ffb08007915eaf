import { Lasso } from 'lucide-react';
import { useId } from 'react';
import type { Branch } from '../../metrics.ts';
import { type MapSettings, UMAP_SETTINGS, usePlayground } from '../../store/playground.ts';
import { branchName } from '../../store/run/branches.ts';
import { isLabelled } from '../../store/run/labels.ts';
import type { Ready } from '../../store/run/run.ts';
import { type Group, useSelection } from '../../store/run/selection.ts';
import { count } from '../shell/format.ts';

const UMAP_NAMES: Readonly<Record<MapSettings, string>> = {
  quick: `quick: ${UMAP_SETTINGS.quick.neighbours} neighbours`,
  paper: `the paper’s: ${UMAP_SETTINGS.paper.neighbours} neighbours, seed ${UMAP_SETTINGS.paper.seed}`,
  pca: 'none: PCA alone, at once',
};

interface MapToolsProps {
  /** The branches that may stand beside the dense one. */
  readonly others: readonly Branch[];
  readonly beside: Branch;
  /** True if the features are gone, so that the layouts are those of the recording. */
  readonly recorded: boolean;
  /** True while a UMAP is under way. */
  readonly working: boolean;
}

const CHOICES: readonly MapSettings[] = ['quick', 'paper', 'pca'];

/** Controls how the maps are drawn, which branch is on the right, and the lasso. */
export function MapTools({ others, beside, recorded, working }: MapToolsProps) {
  const mapsBy = usePlayground((state) => state.mapsBy);
  const drawMapsBy = usePlayground((state) => state.drawMapsBy);
  const lassoing = useSelection((state) => state.lassoing);
  const { toggleLasso, putBeside } = useSelection.getState();
  const id = useId();
  return (
    <div className="map-tools">
      <span className="tool">
        <label htmlFor={`${id}-umap`}>UMAP</label>
        <select
          id={`${id}-umap`}
          className="input"
          value={mapsBy}
          disabled={recorded}
          title={
            recorded ? 'A run file holds layouts, not the features they are made of.' : 'min_dist 0.1 in both'
          }
          onChange={({ currentTarget }) =>
            drawMapsBy(CHOICES.find((choice) => choice === currentTarget.value) ?? 'quick')
          }
        >
          {Object.entries(UMAP_NAMES).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </span>
      <button
        type="button"
        className={working ? 'button tiny' : 'button tiny held'}
        title="Ends the UMAP that is being computed. Maps are drawn by PCA until you choose a UMAP again."
        onClick={() => drawMapsBy('pca')}
      >
        Cancel UMAP, use PCA
      </button>
      {others.length > 1 && (
        <span className="tool">
          <label htmlFor={`${id}-beside`}>Beside dense</label>
          <select
            id={`${id}-beside`}
            className="input"
            value={beside}
            onChange={({ currentTarget }) => {
              const branch = others.find((other) => other === currentTarget.value);
              if (branch) putBeside(branch);
            }}
          >
            {others.map((branch) => (
              <option key={branch} value={branch}>
                {branchName(branch)}
              </option>
            ))}
          </select>
        </span>
      )}
      <button
        type="button"
        className="button tiny end"
        aria-pressed={lassoing}
        title="Key L. Drag round points on either map; with Shift, more are added."
        onClick={toggleLasso}
      >
        <Lasso size={14} aria-hidden /> Lasso
      </button>
    </div>
  );
}

const MARKS: Readonly<Record<Group, string>> = { a: '●', b: '■' };

/** Groups A and B: the user chooses which one the next lasso fills, or fills it without a pointer. */
export function GroupTools({ ready, onSave }: { readonly ready: Ready; readonly onSave: () => void }) {
  const groups = useSelection((state) => state.groups);
  const filling = useSelection((state) => state.filling);
  const classes = useSelection((state) => state.classes);
  const { fill, gather, dropGroups } = useSelection.getState();
  const { labels } = ready.mapImages;
  const empty = groups.a.size + groups.b.size === 0;
  return (
    <fieldset className="group-tools">
      <legend className="visually-hidden">Groups of images</legend>
      {(['a', 'b'] as const).map((group) => (
        <button
          key={group}
          type="button"
          className="button tiny"
          aria-pressed={filling === group}
          title={`The next lasso makes group ${group.toUpperCase()}`}
          onClick={() => fill(group)}
        >
          {MARKS[group]} Group {group.toUpperCase()} · {count(groups[group].size)}
        </button>
      ))}
      <button
        type="button"
        className="button quiet tiny"
        disabled={classes.size === 0 || !isLabelled(ready)}
        title={
          isLabelled(ready)
            ? 'Choose classes below, or with the keys 1 to 9'
            : 'These images have no labels, and so no classes'
        }
        onClick={() =>
          gather(
            [...labels.keys()].filter((image) => classes.has(labels[image]!)),
            false,
          )
        }
      >
        Take the classes in focus
      </button>
      <button type="button" className="button quiet tiny" disabled={empty} onClick={onSave}>
        Save selection (CSV)
      </button>
      <button type="button" className="button quiet tiny" disabled={empty} onClick={dropGroups}>
        Clear groups
      </button>
    </fieldset>
  );
}
