import { useEffect, useId, useRef } from 'react';
import { type RunEntry, useLibrary } from '../../store/runs/library.ts';
import { useOverlay } from '../../store/runs/overlay.ts';

interface DescribeProps {
  readonly entry: RunEntry;
  /** The name that the run has now. */
  readonly standard: string;
  readonly onEnd: () => void;
}

/** Lets the user change the name and the note of a run. If the name is empty, the run's settings name it. */
export function Describe({ entry, standard, onEnd }: DescribeProps) {
  const id = useId();
  const first = useRef<HTMLInputElement>(null);
  // The menu gives focus back to its button before it opens this form. Effects may run twice, so only the
  // first run stores the button.
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    opener.current ??= document.activeElement;
    first.current?.focus();
  }, []);
  // Moves the focus before the fields disappear, because the focus is in them.
  const end = () => {
    if (opener.current instanceof HTMLElement) opener.current.focus();
    onEnd();
  };
  return (
    <form
      className="run-describe"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const text = (key: string) => String(form.get(key) ?? '').trim();
        const name = text('name') || null;
        useLibrary.getState().describe(entry.id, { name, note: text('note') });
        if (name) useOverlay.getState().rename(entry.id, name);
        end();
      }}
      onKeyDown={(event) => {
        // The page's keys, such as Space and R, must only write letters here.
        event.stopPropagation();
        if (event.key === 'Escape') end();
      }}
    >
      <label htmlFor={`${id}-name`}>Name</label>
      <input
        id={`${id}-name`}
        name="name"
        className="input"
        defaultValue={entry.name ?? ''}
        placeholder={standard}
        maxLength={120}
        ref={first}
      />
      <label htmlFor={`${id}-note`}>Note</label>
      <textarea
        id={`${id}-note`}
        name="note"
        className="input"
        defaultValue={entry.note}
        rows={2}
        maxLength={2000}
      />
      <div>
        <button type="submit" className="button primary">
          Save
        </button>{' '}
        <button type="button" className="button" onClick={end}>
          Cancel
        </button>
      </div>
    </form>
  );
}
