import { useDeferredValue, useMemo } from 'react';
import { channelOrder, gatedImages, imageGates, type MapGates, openRates } from '../../store/run/channels.ts';
import type { Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { ImageLine } from '../maps/ImageLine.tsx';
import { percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { useSampled } from '../shell/useSampled.ts';
import { HeatMap, type HeatRow } from './HeatMap.tsx';

/** Every gate of the marked image, and below it how often the map images open the gate. */
export function ImageGatesPanel({ absence }: { readonly absence: string | null }) {
  const ready = useSampled((run) => run?.record.ready ?? null, 7);
  const gates = useSampled((run) => run?.record.mapGates ?? null, 7);
  const blocks = ready?.network.blocks;
  // This panel follows the pointer after the maps and the strip, which must react first.
  const marked = useDeferredValue(useSelection((state) => state.hovered ?? state.pinned));
  const rates = useMemo(
    () => (gates && blocks ? openRates(blocks, gates, gatedImages(blocks, gates)) : null),
    [blocks, gates],
  );
  const order = useMemo(() => (rates ? channelOrder(rates) : []), [rates]);
  const shares = useMemo(
    () => order.map((channels, l) => channels.map((channel) => rates![l]![channel]!)),
    [order, rates],
  );
  const images = gates && blocks ? gatedImages(blocks, gates).length : 0;
  const image = marked !== null && marked < images ? marked : null;
  const known = ready && gates && rates && image !== null;
  const rows = known ? rowsOf(ready, gates, shares, order, image) : [];
  return (
    <Panel
      title="Gates of one image"
      topic="imageGates"
      picture="image-gates"
      aside={known ? `image ${image}, epoch ${gates.epoch + 1}` : ''}
      table={
        known
          ? () => ({
              caption: `Gates of image ${image}: one digit per channel in the network’s order, 1 = open.`,
              columns: ['block', 'open', 'channels', 'gates'],
              length: ready.network.blocks.length,
              row: (l) => {
                const decided = imageGates(ready.network.blocks, gates, l, image);
                return [ready.network.blocks[l]!.name, sumOf(decided), decided.length, decided.join('')];
              },
            })
          : undefined
      }
    >
      {ready && gates && <ImageLine ready={ready} />}
      {known ? (
        <HeatMap
          label={`Gates of image ${image}, block by block, and how often all map images open each`}
          rows={rows}
          axis="channels of each block, those open most often first; narrow rows: share of all map images"
          describe={({ name, key }, column) => {
            const block = Number.parseInt(key, 10);
            return `${name || 'all images'}, channel ${order[block]![column]}`;
          }}
        />
      ) : (
        <Empty>
          {absence ??
            (gates
              ? 'Point at an image on a map, or enter its number: every gate that it opens appears here.'
              : 'The gates of single images come with the first evaluation.')}
        </Empty>
      )}
    </Panel>
  );
}

function rowsOf(
  { network }: Ready,
  gates: MapGates,
  shares: readonly (readonly number[])[],
  order: readonly (readonly number[])[],
  image: number,
): HeatRow[] {
  return network.blocks.flatMap(({ name }, l): HeatRow[] => {
    const decided = imageGates(network.blocks, gates, l, image);
    const share = percent(sumOf(decided) / decided.length, 0);
    return [
      {
        key: `${l} image`,
        name: `${name.replace(/^layer/, '')} · ${share}`,
        values: order[l]!.map((channel) => decided[channel]!),
      },
      { key: `${l} all`, name: '', values: shares[l]!, minor: true },
    ];
  });
}

function sumOf(decided: Uint8Array): number {
  return decided.reduce((sum, gate) => sum + gate, 0);
}
