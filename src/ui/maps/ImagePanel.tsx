import { useMemo } from 'react';
import type { Branch } from '../../metrics.ts';
import {
  type Find,
  findsByClass,
  findsByMacs,
  findsByMistake,
  SHOWN,
} from '../../store/run/images/imageFinds.ts';
import type { Ready, RunRecord } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { count } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { useSampled } from '../shell/useSampled.ts';
import { ImageCards } from './ImageCards.tsx';
import { ImageLine } from './ImageLine.tsx';
import { ImageRow } from './ImageRow.tsx';
import { mapPair } from './mapPair.ts';

/** Which images are offered to choose from. */
export type Offer = 'macs' | 'mistakes' | 'classes';

/** Side of a picture that is offered, CSS pixels. */
const SIDE = 36;

interface ImagePanelProps {
  readonly offer: Offer;
  /** Whether another panel of the tab has the number of the image already. */
  readonly numbered?: boolean;
}

/** One map image on a tab without maps: images to choose from, and the card of the marked one. */
export function ImagePanel({ offer, numbered = false }: ImagePanelProps) {
  const ready = useSampled((run) => run?.record.ready ?? null, 7);
  const maps = useSampled((run) => run?.record.maps ?? null, 7);
  const mapGates = useSampled((run) => run?.record.mapGates ?? null, 7);
  const mapNearest = useSampled((run) => run?.record.mapNearest ?? null, 7);
  const final = useSampled((run) => run?.record.final ?? null, 7);
  const chosen = useSelection((state) => state.beside);
  const { pair } = useMemo(() => mapPair(ready, chosen), [ready, chosen]);
  const finds = useMemo(
    () => (ready ? findsOf(offer, ready, { mapGates, final }, pair) : []),
    [offer, ready, mapGates, final, pair],
  );
  const isThere = ready !== null && ready.mapImages.count > 0;
  return (
    <Panel title="One image" topic="oneImage" className="one-image">
      {isThere ? (
        <>
          {finds.map((find) => (
            <div key={find.name} className="find">
              <p className="muted small">{wordsOf(find)}</p>
              <ImageRow ready={ready} images={find.images} label={find.name} side={SIDE} />
            </div>
          ))}
          {finds.length === 0 && offer === 'mistakes' && (
            <p className="muted small">
              Which test images 20-NN gets wrong is known at the end of a run with labels.
            </p>
          )}
          {!numbered && <ImageLine ready={ready} prompt="Choose an image; it stays marked on all tabs." />}
          <ImageCards ready={ready} record={{ maps: maps ?? {}, mapGates, mapNearest }} pair={pair} />
        </>
      ) : (
        <Empty>The test images of a run appear here once it has read its data.</Empty>
      )}
    </Panel>
  );
}

function findsOf(
  offer: Offer,
  ready: Ready,
  { mapGates, final }: Pick<RunRecord, 'mapGates' | 'final'>,
  pair: readonly Branch[],
): readonly Find[] {
  switch (offer) {
    case 'macs':
      return mapGates ? findsByMacs(ready, mapGates) : [];
    case 'mistakes':
      return findsByMistake(ready, final, pair);
    case 'classes':
      return findsByClass(ready);
    default:
      return offer satisfies never;
  }
}

function wordsOf({ name, images, all }: Find): string {
  if (all === null) return name;
  const shown = images.length < all ? `, the first ${SHOWN}` : '';
  return `${name}: ${count(all)} map images${shown}`;
}
