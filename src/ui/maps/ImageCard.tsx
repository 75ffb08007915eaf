import { useDeferredValue, useMemo } from 'react';
import type { Branch } from '../../metrics.ts';
import { branchName } from '../../store/run/branches.ts';
import { imageUsage, type MapGates } from '../../store/run/channels.ts';
import { gateDifference, imageMacs, leastAndMost, nearestOnMap } from '../../store/run/imageReadings.ts';
import { className } from '../../store/run/labels.ts';
import type { Ready, RunRecord } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { macs, percent, signed } from '../shell/format.ts';
import { Picture } from './Picture.tsx';

/** Neighbours that are shown by each branch. */
const NEIGHBOURS = 6;

interface ImageCardsProps {
  readonly ready: Ready;
  readonly gates: MapGates | null;
  readonly maps: RunRecord['maps'];
  readonly pair: readonly Branch[];
}

/**
 * The marked image: what it costs, which gates it opens, and its neighbours by both branches. Beside a kept
 * image stands the one that is compared with it, or the one under the pointer. Until an image is marked,
 * those that cost least and most are shown. The cards keep their room, so that pointing at images moves
 * nothing.
 */
export function ImageCards({ ready, gates, maps, pair }: ImageCardsProps) {
  const hovered = useSelection((state) => state.hovered);
  const pinned = useSelection((state) => state.pinned);
  const against = useSelection((state) => state.against);
  const first = useDeferredValue(pinned ?? hovered);
  const second = useDeferredValue(against ?? (pinned === null ? null : hovered));
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
          The card of an image appears here: what it costs, which gates it opens, and its neighbours on the
          maps.
        </p>
      )}
      {images.map((image) => (
        <ImageCard key={image} image={image} spent={spent} {...{ ready, gates, maps, pair }} />
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

interface ImageCardProps extends ImageCardsProps {
  readonly image: number;
  /** MACs of every map image. */
  readonly spent: Float64Array | null;
}

function ImageCard({ image, spent, ready, gates, maps, pair }: ImageCardProps) {
  const name = className(ready, image);
  const usage = imageUsage(ready.network.blocks, gates, image);
  return (
    <section className="image-card" aria-label={`Card of image ${image}`}>
      <Picture ready={ready} image={image} side={64} />
      <div className="image-costs">
        <strong>
          Image {image}
          {name !== null && `: ${name}`}
        </strong>
        <span>{costsOf(image, spent)}</span>
        {usage && (
          <div className="open-bars" role="img" aria-label={openWords(usage)}>
            {usage.map(({ block, open, on, channels }) => (
              <i key={block} title={`${block}: ${on} of ${channels} channels open`}>
                <b style={{ height: `${100 * (open ?? 0)}%` }} />
              </i>
            ))}
          </div>
        )}
      </div>
      <div className="image-neighbours">
        {pair.map((branch) => {
          const layout = maps[branch];
          return (
            layout && (
              <div key={branch} title="Nearest on the map, which is not the same as nearest by features">
                <p className="muted">{branchName(branch)}, nearest on its map</p>
                {nearestOnMap(layout.xy, image, NEIGHBOURS).map((other) => (
                  <Picture key={other} ready={ready} image={other} side={26} />
                ))}
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}

function costsOf(image: number, spent: Float64Array | null): string {
  if (spent === null) return 'Gates not known';
  const mean = spent.reduce((sum, value) => sum + value, 0) / spent.length;
  const more = signed(100 * (spent[image]! / mean - 1), 0);
  return `${macs(spent[image])} MACs, ${more} % against the mean of ${macs(mean)}`;
}

function openWords(usage: NonNullable<ReturnType<typeof imageUsage>>): string {
  return `Open channels by block: ${usage.map(({ block, open }) => `${block} ${percent(open, 0)}`).join(', ')}`;
}
