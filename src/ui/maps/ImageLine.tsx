import { useId } from 'react';
import { className } from '../../store/run/labels.ts';
import type { Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';

/** Describes the marked image in words, and lets the user choose it without a pointer. */
export function ImageLine({ ready }: { readonly ready: Ready }) {
  const marked = useSelection((state) => state.hovered ?? state.pinned);
  const pinned = useSelection((state) => state.pinned);
  const { labels, pixels } = ready.mapImages;
  const id = useId();
  const name = marked === null ? null : className(ready, marked);
  return (
    <div className="map-foot">
      <span aria-live="polite">
        {marked === null || marked >= labels.length
          ? 'Point at an image to find its twin; a click keeps it.'
          : `Image ${marked}${name === null ? ', without a label' : `: ${name}`}`}
        {marked !== null && pixels.length === 0 ? '. Pictures are not part of a run file.' : ''}
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
