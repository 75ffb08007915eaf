import type { Branch } from '../../metrics.ts';
import { imageUsage, type MapGates } from '../../store/run/channels.ts';
import { imageName } from '../../store/run/labels.ts';
import type { Ready, RunRecord } from '../../store/run/run.ts';
import { macs, percent, signed } from '../shell/format.ts';
import { CardNeighbours } from './CardNeighbours.tsx';
import { CardViews } from './CardViews.tsx';
import { Picture } from './Picture.tsx';

/** What of a record the cards are made of. */
export type CardRecord = Pick<RunRecord, 'maps' | 'mapGates' | 'mapNearest'>;

interface ImageCardProps {
  readonly ready: Ready;
  readonly record: CardRecord;
  readonly pair: readonly Branch[];
  readonly image: number;
  /** MACs of every map image; null without gates. */
  readonly spent: Float64Array | null;
}

/** One image: what it costs, which gates it opens, its two views, and its neighbours by both branches. */
export function ImageCard({ image, spent, ready, record, pair }: ImageCardProps) {
  return (
    <section className="image-card" aria-label={`Card of image ${image}`}>
      <div className="image-head">
        <Picture ready={ready} image={image} side={64} />
        <div className="image-costs">
          <strong>{imageName(ready, image)}</strong>
          <span>{costsOf(image, spent)}</span>
          <OpenBars usage={usageOf(ready, record.mapGates, image)} />
        </div>
      </div>
      <CardViews ready={ready} image={image} />
      <CardNeighbours {...{ ready, record, pair, image }} />
    </section>
  );
}

type Usage = ReturnType<typeof imageUsage>;

function usageOf({ network }: Ready, gates: MapGates | null, image: number): Usage {
  return imageUsage(network.blocks, gates, image);
}

function OpenBars({ usage }: { readonly usage: Usage }) {
  if (!usage) return null;
  const words = usage.map(({ block, open }) => `${block} ${percent(open, 0)}`).join(', ');
  return (
    <div className="open-bars" role="img" aria-label={`Open channels by block: ${words}`}>
      {usage.map(({ block, open, on, channels }) => (
        <i key={block} title={`${block}: ${on} of ${channels} channels open`}>
          <b style={{ height: `${100 * (open ?? 0)}%` }} />
        </i>
      ))}
    </div>
  );
}

function costsOf(image: number, spent: Float64Array | null): string {
  const own = spent?.[image];
  if (spent === null || own === undefined) return 'Gates not known';
  const mean = spent.reduce((sum, value) => sum + value, 0) / spent.length;
  return `${macs(own)} MACs, ${signed(100 * (own / mean - 1), 0)} % against the mean of ${macs(mean)}`;
}
