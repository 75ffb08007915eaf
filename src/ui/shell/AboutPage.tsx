import { useState } from 'react';
import { stepToGoOn, useScene } from '../../store/scene.ts';
import { Dialog } from './Dialog.tsx';
import { type DialogState, laterDialog } from './later.tsx';

const FrameDialog = laterDialog('Embed this page, or set a link', () => import('./FrameDialog.tsx'));

const KEYS: readonly (readonly [string, string])[] = [
  ['Space', 'start, pause, go on'],
  ['→', 'one step'],
  ['R', 'reset: back to the start, same seed'],
  ['[', 't_d down by .05'],
  [']', 't_d up by .05'],
  ['1 – 9, 0', 'class on the maps'],
  ['L', 'lasso: drag round images on a map'],
  ['S', 'copy a link with these settings'],
  ['← →', 'on the slider of the player: the step before or after; Home and End: the first and the last'],
  ['Esc', 'all classes, no groups, no image'],
  ['?', 'this help'],
];

/** Explains the page in three sentences, and lists its keys. */
export default function AboutPage({ open, onClose }: DialogState) {
  const [framing, setFraming] = useState(false);
  return (
    <>
      <Dialog title="What happens here" open={open} onClose={onClose}>
        <p>
          One encoder learns from images without labels to be two networks at once: a dense one, and a gated
          one that skips channels image by image to meet a budget of multiply-adds. It trains in this browser;
          nothing is sent anywhere. Press Start, then move the budget while it trains.
        </p>
        <p className="muted">
          Method: Krishna et al., “Unifying Synergies between Self-supervised Learning and Dynamic
          Computation”, BMVC 2023 (arXiv 2301.09164).
        </p>
        <h3>Keys</h3>
        <dl className="keys">
          {KEYS.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Close
          </button>
          <button
            type="button"
            className="button"
            onClick={() => {
              onClose();
              setFraming(true);
            }}
          >
            Embed or set a link
          </button>
          <button
            type="button"
            className="button story-entry"
            onClick={() => {
              onClose();
              useScene.getState().tell(stepToGoOn());
            }}
          >
            The story in five steps
          </button>
        </div>
      </Dialog>
      <FrameDialog open={framing} onClose={() => setFraming(false)} />
    </>
  );
}
