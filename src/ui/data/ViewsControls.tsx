import { ChevronLeft, ChevronRight, Dices, RefreshCw } from 'lucide-react';
import { type KeyboardEvent, useId } from 'react';
import { type OpenedImages, useViews } from '../../store/data/views.ts';
import { useSettings } from '../../store/settings.ts';
import { count } from '../shell/format.ts';

/** Largest number of a draw. A draw needs all draws before it, so a high number takes long. */
const MOST_DRAWS = 100_000;

/** Chooses the image and the draw of its views. Arrow keys go through the images, as in a toolbar. */
export function ViewsControls({ images }: { readonly images: OpenedImages }) {
  const index = useViews((state) => state.index);
  const draw = useViews((state) => state.draw);
  const seed = useSettings(({ config }) => config.seed);
  const { show, showAny, chooseDraw } = useViews.getState();
  const id = useId();

  function walk(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement) return;
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    show(index + step);
  }

  return (
    <div className="views-controls">
      <div className="group" role="toolbar" aria-label="Image and draw" onKeyDown={walk}>
        <button
          type="button"
          className="button icon"
          aria-label="Previous image"
          title="Previous image: ←"
          onClick={() => show(index - 1)}
        >
          <ChevronLeft size={16} aria-hidden />
        </button>
        <label htmlFor={`${id}-image`}>Image</label>
        <input
          id={`${id}-image`}
          className="input"
          type="number"
          min={0}
          max={images.count - 1}
          value={index}
          onChange={({ currentTarget: { valueAsNumber: chosen } }) => {
            if (Number.isInteger(chosen) && chosen >= 0 && chosen < images.count) show(chosen);
          }}
        />
        <button
          type="button"
          className="button icon"
          aria-label="Next image"
          title="Next image: →"
          onClick={() => show(index + 1)}
        >
          <ChevronRight size={16} aria-hidden />
        </button>
        <button
          type="button"
          className="button icon"
          aria-label="Any image"
          title="Any image"
          onClick={showAny}
        >
          <Dices size={16} aria-hidden />
        </button>
        <button type="button" className="button" onClick={() => chooseDraw((draw + 1) % MOST_DRAWS)}>
          <RefreshCw size={14} aria-hidden /> Draw again
        </button>
        <label htmlFor={`${id}-draw`}>Draw</label>
        <input
          id={`${id}-draw`}
          className="input"
          type="number"
          min={0}
          max={MOST_DRAWS - 1}
          value={draw}
          onChange={({ currentTarget: { valueAsNumber: chosen } }) => {
            if (Number.isInteger(chosen) && chosen >= 0 && chosen < MOST_DRAWS) chooseDraw(chosen);
          }}
        />
        <span className="muted">of seed {seed}</span>
      </div>
      <p className="muted small">
        {images.name}: {count(images.count)} training images of {images.size} × {images.size} px
        {images.limited && ' were read for this preview'}. Draw {draw} is what a run of this seed draws for
        image no. {count(draw + 1)} that it sees.
      </p>
    </div>
  );
}
