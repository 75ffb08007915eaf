import type { Branch } from '../../metrics.ts';
import { branchName } from '../../store/run/branches.ts';
import { type Neighbours, neighboursOf } from '../../store/run/images/imageReadings.ts';
import { className } from '../../store/run/labels.ts';
import type { Ready, RunRecord } from '../../store/run/run.ts';
import { ImageRow } from './ImageRow.tsx';

/** Side of a neighbour's picture, CSS pixels. */
const SIDE = 30;

interface CardNeighboursProps {
  readonly ready: Ready;
  readonly record: Pick<RunRecord, 'maps' | 'mapNearest'>;
  readonly pair: readonly Branch[];
  readonly image: number;
}

/** The neighbours of an image by both branches, beside each other. */
export function CardNeighbours({ ready, record, pair, image }: CardNeighboursProps) {
  const found = pair.flatMap((branch) => {
    const near = neighboursOf(record, branch, image);
    return near ? [{ branch, near }] : [];
  });
  if (found.length === 0)
    return (
      <p className="muted image-neighbours">The newest evaluation did not compare it with other images.</p>
    );
  const [first, second] = found;
  const shared =
    first && second && first.near.by === second.near.by
      ? first.near.images.filter((other) => second.near.images.includes(other)).length
      : null;
  const byFeatures = first?.near.by === 'features';
  const compared = record.mapNearest?.count ?? ready.mapImages.count;
  return (
    <div className="image-neighbours">
      <p
        className="muted"
        title={
          byFeatures
            ? 'By the cosine of all features, the measure of 20-NN'
            : 'Nearest on the map, which is not the same as nearest by features'
        }
      >
        {byFeatures
          ? `Nearest by features of ${compared} map images`
          : 'Nearest on the map (the run holds none by features)'}
        {shared !== null && `, ${shared} in both`}
      </p>
      {found.map(({ branch, near }) => (
        <div key={branch}>
          <p>
            <strong>{branchName(branch)}</strong> {agreement(ready, image, near)}
          </p>
          <ImageRow
            ready={ready}
            images={near.images}
            label={`${branchName(branch)} neighbours of image ${image}`}
            side={SIDE}
            like={image}
          />
        </div>
      ))}
    </div>
  );
}

/** How many of the neighbours are of the image's class, in words; nothing without labels. */
function agreement(ready: Ready, image: number, { images }: Neighbours): string {
  const name = className(ready, image);
  if (name === null) return '';
  const same = images.filter((other) => className(ready, other) === name).length;
  return `${same} of ${images.length} of its class`;
}
