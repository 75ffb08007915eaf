import { X } from 'lucide-react';
import { OVERLAY_LIMIT, useOverlay } from '../../store/runs/overlay.ts';
import { overlayFiles } from '../../store/runs/overlayFiles.ts';
import { WhatChangedButton } from '../runs/WhatChangedButton.tsx';
import { Panel } from '../shell/Panel.tsx';
import { pickFiles } from '../shell/pickFiles.ts';
import { RunKey } from './Legend.tsx';
import { markOf } from './runMarks.ts';

/** Asks the user for run files and lays them over the charts. */
export function pickOverlay(): void {
  pickFiles({ accept: '.json,.gz', multiple: true }, (files) => void overlayFiles(files));
}

/**
 * The runs that lie over the charts, each with a button that removes it. Nothing is drawn if there is none.
 */
export function OverlayPanel() {
  const runs = useOverlay((overlay) => overlay.runs);
  const loading = useOverlay((overlay) => overlay.loading.size);
  const complaint = useOverlay((overlay) => overlay.complaint);
  const { toggle, recolor, clear, dismiss } = useOverlay.getState();
  if (runs.length + loading === 0 && complaint === null) return null;
  return (
    <Panel
      title="Overlaid runs"
      topic="overlay"
      aside={
        runs.length > 0 && (
          <>
            <WhatChangedButton />
            <button type="button" className="button tiny" onClick={clear}>
              Clear all
            </button>
          </>
        )
      }
      actions={[{ label: 'Overlay a run file…', act: pickOverlay }]}
    >
      {complaint && (
        <p className="fault" role="alert">
          {complaint}{' '}
          <button type="button" className="button quiet tiny" aria-label="Dismiss" onClick={dismiss}>
            <X size={14} aria-hidden />
          </button>
        </p>
      )}
      <ul className="overlaid" aria-label="Overlaid runs">
        {runs.map(({ id, name, place, color }) => (
          <li key={id}>
            <input
              type="color"
              className="run-color"
              aria-label={`Colour of ${name}`}
              value={color ?? markOf(place).hex}
              onChange={({ currentTarget }) => recolor(id, currentTarget.value)}
            />
            <RunKey place={place} color={color} />
            <span>{name}</span>
            <button
              type="button"
              className="button quiet tiny"
              aria-label={`Take ${name} off the charts`}
              onClick={() => void toggle(id, name, never)}
            >
              <X size={14} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      {loading > 0 && (
        <p className="muted small" role="status">
          Reading {loading === 1 ? 'a run' : `${loading} runs`}…
        </p>
      )}
      <p className="muted small">
        Same dash on every chart; the run’s colour on charts of one curve, the curves’ where a chart has
        several. At most {OVERLAY_LIMIT}.
      </p>
    </Panel>
  );
}

/** The runs of this list lie over the charts already and can only be removed, so this is never called. */
function never(): Promise<never> {
  return Promise.reject(new Error('It was taken off.'));
}
