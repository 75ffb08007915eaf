import { useMemo, useState } from 'react';
import type { BlockUsage, EpochRow } from '../../metrics.ts';
import { count } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import { HeatMap, type HeatRow } from './HeatMap.tsx';

const SHARES = {
  open: { name: 'Open', of: ({ open }: BlockUsage) => open ?? Number.NaN },
  dependent: {
    name: 'Depends on the image',
    of: ({ dependent, channels }: BlockUsage) => dependent / channels,
  },
} as const;

const NO_EPOCHS: readonly EpochRow[] = [];

/** How the use of channels in each block changes from evaluation to evaluation. */
export function OverTimePanel({ absence }: { readonly absence: string | null }) {
  const all = useSampled((run) => run?.record.epochs ?? NO_EPOCHS, 5);
  const [share, setShare] = useState<keyof typeof SHARES>('open');
  const epochs = useMemo(() => all.filter(({ channelUsage }) => channelUsage.length > 0), [all]);
  const rows = useMemo(() => rowsOf(epochs, share), [epochs, share]);
  const names = useMemo(() => epochs.map(({ step }) => count(step)), [epochs]);
  return (
    <Panel
      title="Channels over time"
      topic="overTime"
      picture="channels-over-time"
      aside={`share of channels, ${epochs.length} ${epochs.length === 1 ? 'evaluation' : 'evaluations'}`}
      table={epochs.length > 0 ? () => tableOf(epochs) : undefined}
    >
      {epochs.length === 0 ? (
        <Empty>{absence ?? 'Every evaluation adds a column: one row per block.'}</Empty>
      ) : (
        <>
          <fieldset className="switch">
            <legend className="visually-hidden">Share to show</legend>
            {Object.entries(SHARES).map(([key, { name }]) => (
              <button
                key={key}
                type="button"
                className="button tiny"
                aria-pressed={share === key}
                onClick={() => setShare(key === 'open' ? 'open' : 'dependent')}
              >
                {name}
              </button>
            ))}
          </fieldset>
          <HeatMap
            label={`${SHARES[share].name}: share of each block’s channels by evaluation`}
            rows={rows}
            columns={names}
            axis="evaluated after step"
            describe={({ name }, column) => `block ${name}, step ${names[column]}`}
          />
        </>
      )}
    </Panel>
  );
}

function rowsOf(epochs: readonly EpochRow[], share: keyof typeof SHARES): HeatRow[] {
  const blocks = epochs[0]?.channelUsage ?? [];
  return blocks.map(({ block }) => ({
    key: block,
    name: block.replace(/^layer/, ''),
    values: epochs.map(({ channelUsage }) => {
      const usage = channelUsage.find((use) => use.block === block);
      return usage ? SHARES[share].of(usage) : Number.NaN;
    }),
  }));
}

function tableOf(epochs: readonly EpochRow[]): Table {
  const blocks = epochs[0]!.channelUsage.map(({ block }) => block);
  return {
    caption:
      'Share of each block’s channels that is open, and that depends on the image, over the test images of each evaluation.',
    columns: ['epoch', 'step', ...blocks.flatMap((block) => [`${block} open`, `${block} dependent`])],
    length: epochs.length,
    row: (i) => {
      const { epoch, step, channelUsage } = epochs[i]!;
      return [epoch + 1, step, ...channelUsage.flatMap((use) => [use.open, SHARES.dependent.of(use)])];
    },
  };
}
