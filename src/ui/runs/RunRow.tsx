import { useState } from 'react';
import { usePlace } from '../../store/place.ts';
import { usePlayground } from '../../store/playground.ts';
import { useLibrary } from '../../store/runs/library.ts';
import type { LibraryRow } from '../../store/runs/libraryRows.ts';
import { useOverlay } from '../../store/runs/overlay.ts';
import { removeRun } from '../../store/runs/removal.ts';
import { duplicateRun, forkRun, overlayOf, resumeRun, showRun } from '../../store/runs/resume.ts';
import { SystemKey } from '../compare/SystemMark.tsx';
import { saveFile } from '../shell/download.ts';
import { bytes, count } from '../shell/format.ts';
import { Menu, type MenuItem } from '../shell/Menu.tsx';
import { Describe } from './Describe.tsx';

interface RunRowProps {
  readonly row: LibraryRow;
  /** Shows why an act failed. Null removes the message. */
  readonly complain: (text: string | null) => void;
}

/** One run: what it is, its state and its results. */
export function RunRow({ row, complain }: RunRowProps) {
  const [describing, setDescribing] = useState(false);
  const { id, name, entry, here, resumeFrom } = row;
  const attempt = (work: () => Promise<void>) => {
    complain(null);
    work().catch((error: unknown) => {
      complain(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  const instead = (work: () => Promise<void>) => {
    usePlayground.getState().instead(() => attempt(work));
  };
  const open = async () => {
    await showRun(id, name);
    usePlace.getState().open('run');
  };
  const openable = entry !== null && !here && (entry.runFile !== null || entry.checkpoints.length > 0);

  return (
    <li aria-label={name}>
      <SystemKey system={row.config.system} hollow={entry === null && row.shelved?.origin !== 'here'} />
      <div>
        {describing && entry ? (
          <Describe entry={entry} standard={name} onEnd={() => setDescribing(false)} />
        ) : (
          <>
            <strong>{name}</strong> <span className="run-standing">{row.standing}</span>
            {row.note && <div className="run-note">{row.note}</div>}
          </>
        )}
        <div className="muted">{[row.data, `seed ${row.config.seed}`, row.differs].join(' · ')}</div>
        <div>{[...row.numbers, ...sizes(row)].join(' · ')}</div>
      </div>
      <div className="run-actions">
        {resumeFrom !== null && (
          <button type="button" className="button tiny" onClick={() => instead(() => resumeRun(id))}>
            Resume from step {count(resumeFrom)}
          </button>
        )}
        {openable && (
          <button type="button" className="button tiny" onClick={() => instead(open)}>
            Open
          </button>
        )}
        {(openable || here) && <OverlayToggle id={id} name={name} />}
        <Menu
          label={`Menu of ${name}`}
          items={itemsOf(row, { describe: () => setDescribing(true), attempt, instead })}
        />
      </div>
    </li>
  );
}

function OverlayToggle({ id, name }: Pick<LibraryRow, 'id' | 'name'>) {
  const laid = useOverlay(({ runs, loading }) => loading.has(id) || runs.some((run) => run.id === id));
  return (
    <label className="run-overlay">
      <input
        type="checkbox"
        checked={laid}
        aria-label={`Lay ${name} over the charts`}
        onChange={() => void useOverlay.getState().toggle(id, name, () => overlayOf(id))}
      />{' '}
      Overlay
    </label>
  );
}

function sizes({ bytes: size, entry }: LibraryRow): string[] {
  if (size === null || !entry) return [];
  const made = entry.checkpoints.length;
  return [
    `${bytes(size)} on disk${made > 0 ? `, ${count(made)} ${made === 1 ? 'checkpoint' : 'checkpoints'}` : ''}`,
  ];
}

interface Deeds {
  readonly describe: () => void;
  /** Does something, and shows the reason if it fails. */
  readonly attempt: (work: () => Promise<void>) => void;
  /** Does something that replaces the run on the page. It asks first if that run would be lost. */
  readonly instead: (work: () => Promise<void>) => void;
}

function itemsOf(row: LibraryRow, { describe, attempt, instead }: Deeds): MenuItem[] {
  const { id, name, entry, here, shelved } = row;
  const items: MenuItem[] = [{ label: 'Duplicate its settings', act: () => duplicateRun(row) }];
  if (entry) {
    items.unshift({ label: 'Rename or note…', act: describe });
    items.push({
      label: 'Save the run file',
      act: () =>
        attempt(async () => {
          const file = await useLibrary.getState().file(id);
          saveFile(`${fileName(name)}.dualgate.json`, file);
        }),
    });
  }
  if (here) items.push({ label: 'Keep a checkpoint now', act: () => usePlayground.getState().keepNow() });
  const steps = entry?.checkpoints.map(({ step }) => step).filter((step) => step < row.config.steps);
  for (const step of new Set(steps))
    items.push({
      label: `New run from step ${count(step)}`,
      act: () => instead(() => forkRun(row, step)),
    });
  if (entry && !here && entry.checkpoints.length > 0)
    items.push({ label: 'Delete its checkpoints', act: () => useLibrary.getState().deleteCheckpoints(id) });
  // A recorded run comes with the page and cannot be deleted. A run that trains must end first.
  if (!here && (entry || shelved?.origin !== 'recorded'))
    items.push({ label: 'Delete', act: () => removeRun(row) });
  return items;
}

/** “Dual gating, t_d 0.30” → “dual-gating-t_d-0.30”. */
function fileName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^\w.]+/g, '-');
  return plain.replaceAll(/^[-.]+|[-.]+$/g, '') || 'run';
}
