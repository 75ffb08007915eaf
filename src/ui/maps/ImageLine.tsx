import { useId } from 'react';
import { className } from '../../store/run/labels.ts';
import type { Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { PicturesLine } from './PicturesLine.tsx';

/** Describes the marked image in words, and lets the user choose it without a pointer. */
export function ImageLine({
  ready,
  prompt = 'Point at an image to find its twin; a click keeps it.',
}: ImageLineProps) {
  const marked = useSelection((state) => state.hovered ?? state.pinned);
  const pinned = useSelection((state) => state.pinned);
  const against = useSelection((state) => state.against);
  const { labels } = ready.mapImages;
  const id = useId();
  const name = marked === null ? null : className(ready, marked);
  return (
    <div className="map-foot">
      <PicturesLine ready={ready} />
      <span className="words" aria-live="polite">
        {marked === null || marked >= labels.length
          ? prompt
          : `Image ${marked}${name === null ? ', without a label' : `: ${name}`}`}
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
            const image = numberIn(currentTarget, labels.length);
            useSelection.setState(image === null ? { pinned: null, against: null } : { pinned: image });
          }}
        />
        <label htmlFor={`${id}-against`}>compare with</label>
        <input
          id={`${id}-against`}
          className="input"
          type="number"
          min={0}
          max={labels.length - 1}
          disabled={pinned === null}
          value={against ?? ''}
          onChange={({ currentTarget }) =>
            useSelection.setState({ against: numberIn(currentTarget, labels.length) })
          }
        />
      </span>
    </div>
  );
}

interface ImageLineProps {
  readonly ready: Ready;
  /** What it says while no image is marked. */
  readonly prompt?: string;
}

/** The number of an image that was typed; null for none, and for one that is not there. */
function numberIn({ valueAsNumber: image }: HTMLInputElement, count: number): number | null {
  return Number.isInteger(image) && image >= 0 && image < count ? image : null;
}
