import { useDeferredValue, useMemo } from 'react';
import type { Branch } from '../../metrics.ts';
import { gateDifference, imageMacs, leastAndMost } from '../../store/run/images/imageReadings.ts';
import type { Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { type CardRecord, ImageCard } from './ImageCard.tsx';

interface ImageCardsProps {
  readonly ready: Ready;
  readonly record: CardRecord;
  readonly pair: readonly Branch[];
}

/**
 * The card of the marked image. Beside a kept image stands the one that is compared with it, or the one under
 * the pointer. Until an image is marked, those that cost least and most are shown. The cards keep their room,
 * so that pointing at images moves nothing.
 */
export function ImageCards({ ready, record, pair }: ImageCardsProps) {
  const hovered = useSelection((state) => state.hovered);
  const pinned = useSelection((state) => state.pinned);
  const against = useSelection((state) => state.against);
  const first = useDeferredValue(pinned ?? hovered);
  const second = useDeferredValue(against ?? (pinned === null ? null : hovered));
  const { mapGates: gates, maps } = record;
  const spent = useMemo(() => (gates ? imageMacs(ready.network, gates) : null), [ready, gates]);
  const marked = [first, second].filter(
    (image, i, all): image is number =>
      image !== null && image < ready.mapImages.count && all.indexOf(image) === i,
  );
  const images = marked.length > 0 || spent === null ? marked : leastAndMost(spent);
  const [a, b] = images;
  const between = gates && a !== undefined && b !== undefined;
  const difference = between ? gateDifference(gates, ready.network.blocks, a, b) : null;
  const isTwin = pair.every((branch) => maps[branch]);
  return (
    <div className={isTwin ? 'image-cards' : 'image-cards one-map'}>
      {images.length === 0 && (
        <p className="muted small">
          The card of an image appears here: its two views, what it costs, which gates it opens, and its
          nearest neighbours.
        </p>
      )}
      {images.map((image) => (
        <ImageCard key={image} image={image} spent={spent} {...{ ready, record, pair }} />
      ))}
      {difference && (
        <p className="muted small">
          {marked.length === 0 ? 'The images that cost least and most' : 'The two'} differ in{' '}
          {difference.differing} of {difference.all} gates.
        </p>
      )}
      {pinned !== null && images.length === 1 && (
        <p className="muted small">Point at another image to compare the two. Shift and a click keep it.</p>
      )}
    </div>
  );
}
