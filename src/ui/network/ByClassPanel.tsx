import { useId, useMemo, useState } from 'react';
import {
  channelOrder,
  gatedImages,
  imagesByClass,
  type MapGates,
  openRates,
} from '../../store/run/channels.ts';
import { isLabelled } from '../../store/run/labels.ts';
import type { Ready } from '../../store/run/run.ts';
import { count } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { useSampled } from '../shell/useSampled.ts';
import { HeatMap, type HeatRow } from './HeatMap.tsx';

interface ByClass {
  /** Names of the columns: blocks, or channels of one block. */
  readonly columns: readonly string[];
  readonly rows: readonly (HeatRow & { readonly images: number })[];
}

/**
 * How often the images of each class open the channels, as the mean of every block or per channel of one
 * block.
 */
export function ByClassPanel({ absence }: { readonly absence: string | null }) {
  const ready = useSampled((run) => run?.record.ready ?? null, 6);
  const gates = useSampled((run) => run?.record.mapGates ?? null, 6);
  const [block, setBlock] = useState<number | null>(null);
  const id = useId();
  const shares = useMemo(
    () => (ready && gates && isLabelled(ready) ? sharesByClass(ready, gates, block) : null),
    [ready, gates, block],
  );
  const blockName = ready && block !== null ? (ready.network.blocks[block]?.name ?? null) : null;
  return (
    <Panel
      title="Channels by class"
      topic="byClass"
      picture="channels-by-class"
      aside={
        ready && gates
          ? `${count(gatedImages(ready.network.blocks, gates).length)} map images, epoch ${gates.epoch + 1}`
          : ''
      }
      table={
        shares
          ? () => ({
              caption: `Share of open gates over the images of each class${blockName ? `, channels of ${blockName}` : ', mean of each block'}.`,
              columns: ['class', 'images', ...shares.columns],
              length: shares.rows.length,
              row: (i) => {
                const { name, images, values } = shares.rows[i]!;
                return [name, images, ...Array.from(values)];
              },
            })
          : undefined
      }
    >
      {!ready || !shares ? (
        <Empty>
          {absence ??
            (ready && !isLabelled(ready)
              ? 'These images have no labels: there are no classes to tell apart. A lasso round points on a map compares groups of your own.'
              : 'The gates of the map images come with the first evaluation.')}
        </Empty>
      ) : (
        <>
          <div className="switch">
            <label htmlFor={id}>Columns</label>
            <select
              id={id}
              className="input"
              value={block ?? ''}
              onChange={({ currentTarget }) =>
                setBlock(currentTarget.value === '' ? null : Number(currentTarget.value))
              }
            >
              <option value="">all blocks, mean open share</option>
              {ready.network.blocks.map(({ name, channels }, l) => (
                <option key={name} value={l}>
                  {name}: its {channels} channels
                </option>
              ))}
            </select>
          </div>
          <HeatMap
            label={`Open share by class and ${blockName ? `channel of ${blockName}` : 'block'}`}
            rows={shares.rows}
            columns={shares.columns}
            axis={blockName ? `channel of ${blockName}, those open most often first` : 'block'}
            describe={(row, column) =>
              `${row.name}, ${blockName ? 'channel' : 'block'} ${shares.columns[column]}`
            }
          />
          <p className="muted">
            n = {shares.rows.map(({ name, images }) => `${name} ${images}`).join(', ')}. Labels are used here,
            never in training.
          </p>
        </>
      )}
    </Panel>
  );
}

function sharesByClass({ network, data, mapImages }: Ready, gates: MapGates, block: number | null): ByClass {
  const { blocks } = network;
  const known = gatedImages(blocks, gates);
  const all = openRates(blocks, gates, known);
  const order = block === null ? [] : channelOrder(all)[block]!;
  const rows = [...imagesByClass(mapImages.labels.subarray(0, known.length))].map(([label, images]) => {
    const rates = openRates(blocks, gates, images);
    return {
      key: String(label),
      name: data.classes[label] ?? `class ${label}`,
      images: images.length,
      values: block === null ? rates.map(meanOf) : order.map((channel) => rates[block]![channel]!),
    };
  });
  const columns =
    block === null
      ? blocks.map(({ name }) => name.replace(/^layer/, ''))
      : order.map((channel) => String(channel));
  return { columns, rows };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
