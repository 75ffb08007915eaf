import { useId } from 'react';
import { useLooks } from '../../store/looks.ts';
import type { Ready } from '../../store/run/run.ts';
import { type Coloring, useSelection } from '../../store/run/selection.ts';
import { type ColoredRecord, coloringLacks, type ImageColors } from './imageColors.ts';

const NAMES: Readonly<Record<Coloring['kind'], string>> = {
  class: 'class',
  right: '20-NN right or wrong',
  macs: 'MACs of the image',
  gate: 'one gate',
};
const KINDS: readonly Coloring['kind'][] = ['class', 'right', 'macs', 'gate'];

interface ColorToolsProps {
  readonly ready: Ready;
  readonly record: ColoredRecord;
  /** The colours of the map that the keys explain. */
  readonly colors: ImageColors;
}

/** Chooses what the colours on the maps say, and whether the marked image shows its picture. */
export function ColorTools({ ready, record, colors }: ColorToolsProps) {
  const coloring = useSelection((state) => state.coloring);
  const thumbnails = useLooks((looks) => looks.thumbnails);
  const { colorBy } = useSelection.getState();
  const { choose } = useLooks.getState();
  const id = useId();
  const { blocks } = ready.network;

  function turnTo(kind: string): void {
    const found = KINDS.find((one) => one === kind) ?? 'class';
    colorBy(found === 'gate' ? { kind: 'gate', block: blocks.length - 1, channel: 0 } : { kind: found });
  }

  return (
    <div className="map-tools">
      <span className="tool">
        <label htmlFor={id}>Colour</label>
        <select
          id={id}
          className="input"
          value={coloring.kind}
          onChange={({ currentTarget }) => turnTo(currentTarget.value)}
        >
          {KINDS.map((kind) => {
            const lack = coloringLacks(kind, ready, record);
            return (
              <option key={kind} value={kind} disabled={lack !== null}>
                {lack === null ? NAMES[kind] : `${NAMES[kind]} (${lack})`}
              </option>
            );
          })}
        </select>
      </span>
      {coloring.kind === 'gate' && (
        <>
          <select
            className="input"
            aria-label="Block of the gate"
            value={coloring.block}
            onChange={({ currentTarget }) =>
              colorBy({ kind: 'gate', block: Number(currentTarget.value), channel: 0 })
            }
          >
            {blocks.map(({ name }, block) => (
              <option key={name} value={block}>
                {name}
              </option>
            ))}
          </select>
          <span className="tool">
            <label htmlFor={`${id}-channel`}>channel</label>
            <input
              id={`${id}-channel`}
              className="input channel"
              type="number"
              min={0}
              max={(blocks[coloring.block]?.channels ?? 1) - 1}
              value={coloring.channel}
              onChange={({ currentTarget }) => {
                const channel = currentTarget.valueAsNumber;
                if (Number.isInteger(channel)) colorBy({ ...coloring, channel });
              }}
            />
          </span>
        </>
      )}
      <span className="map-keys">
        {colors.keys.map(({ color, name }) => (
          <span key={name}>
            <i className="key" style={{ background: color }} /> {name}
          </span>
        ))}
      </span>
      <label className="tool">
        <input
          type="checkbox"
          checked={thumbnails}
          onChange={({ currentTarget }) => choose({ thumbnails: currentTarget.checked })}
        />
        pictures
      </label>
    </div>
  );
}
