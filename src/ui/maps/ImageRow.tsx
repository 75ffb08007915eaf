import { type KeyboardEvent, type MouseEvent, useState } from 'react';
import { className, imageName } from '../../store/run/labels.ts';
import type { Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { Picture } from './Picture.tsx';

interface ImageRowProps {
  readonly ready: Ready;
  readonly images: readonly number[];
  /** What the images have in common, for screen readers. */
  readonly label: string;
  /** Side of a picture on the page, CSS pixels. */
  readonly side: number;
  /** The image whose class the others are compared with; null if nobody asks. */
  readonly like?: number | null;
}

/**
 * Pictures to choose from: a click or Enter keeps the image, with Shift it is compared with the kept one. The
 * arrow keys go through them, so that the row is one stop of the Tab key.
 */
export function ImageRow({ ready, images, label, side, like = null }: ImageRowProps) {
  const [at, setAt] = useState(0);
  const pinned = useSelection((state) => state.pinned);
  const { hover, pin, compare } = useSelection.getState();
  const stop = Math.min(at, images.length - 1);

  function walk(event: KeyboardEvent<HTMLDivElement>): void {
    const to = { ArrowLeft: stop - 1, ArrowRight: stop + 1, Home: 0, End: images.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.max(0, Math.min(images.length - 1, to));
    setAt(next);
    const button = event.currentTarget.children[next];
    if (button instanceof HTMLElement) button.focus();
  }

  // Without a kept image, pointing at a picture would put its card in the place of the one it is on.
  const pointAt = (image: number) => pinned !== null && hover(image);
  const choose = (image: number) => (event: MouseEvent) => (event.shiftKey ? compare : pin)(image);

  return (
    <div className="image-row" role="toolbar" aria-label={label} onKeyDown={walk}>
      {images.map((image, place) => {
        const name = className(ready, image);
        const alike = like === null || name === null ? null : name === className(ready, like);
        const words = imageName(ready, image);
        const said = alike === null ? words : `${words}, ${alike ? 'the same class' : 'another class'}`;
        return (
          // By place, so that the focus stays where it is when another image is kept.
          <button
            key={place}
            type="button"
            className="image-pick"
            aria-label={said}
            aria-pressed={pinned === image}
            title={said}
            tabIndex={place === stop ? 0 : -1}
            onClick={choose(image)}
            onFocus={() => {
              setAt(place);
              pointAt(image);
            }}
            onBlur={() => hover(null)}
            onPointerEnter={() => pointAt(image)}
            onPointerLeave={() => hover(null)}
          >
            <Picture ready={ready} image={image} side={side} named={false} />
            {alike !== null && (
              <span className={alike ? 'alike' : 'alike not'} aria-hidden>
                {alike ? '✓' : '✗'}
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}
