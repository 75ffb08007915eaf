import { memo, useMemo } from 'react';
import type { EpochRow } from '../../metrics.ts';
import { dotsOf, type LayerMacs, layerMacs } from '../../store/layers.ts';
import { hasGates } from '../../store/settings.ts';
import { macs, percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';

/** Dots of a wide block stand for several channels. */
const MOST_DOTS = 64;

/** Every layer with its gates over the test set and its MACs: dense, gated, and what the budget grants. */
export function NetworkStrip() {
  const ready = useSampled((run) => run?.record.ready ?? null, 0);
  const last = useSampled((run) => run?.record.epochs.at(-1) ?? null, 0);
  const budget = useSampled((run) => run?.budget ?? null, 0);
  const gated = ready !== null && hasGates(ready.config);
  const layers = useMemo(
    () => (ready && budget !== null ? layerMacs(ready.network, last?.channelUsage ?? [], budget) : []),
    [ready, last, budget],
  );

  return (
    <Panel
      title="Network"
      topic="network"
      className="network"
      aside={asideOf(last, gated)}
      table={layers.length > 0 ? () => tableOf(layers) : undefined}
    >
      {layers.length === 0 ? (
        <Empty>
          The layers of the encoder appear here when a run starts, and their gates with the first evaluation:
          which channels are always on, always off, or decided by the image.
        </Empty>
      ) : (
        <Strip layers={layers} gated={gated} />
      )}
    </Panel>
  );
}

function asideOf(last: EpochRow | null, gated: boolean): string {
  if (!gated) return '';
  return last ? `test-set average, epoch ${last.epoch + 1}` : 'gates appear with the first evaluation';
}

interface StripProps {
  readonly layers: readonly LayerMacs[];
  readonly gated: boolean;
}

const Strip = memo(function Strip({ layers, gated }: StripProps) {
  const largest = Math.max(...layers.map(({ dense, gated: spent }) => Math.max(dense, spent ?? 0)));
  return (
    <>
      <div className="keys-row">
        {gated && (
          <>
            <span>
              <i className="key on" /> always on
            </span>
            <span>
              <i className="key dependent" /> depends on the image
            </span>
            <span>
              <i className="key off" /> always off
            </span>
          </>
        )}
        <span>
          <i
            className="key bar"
            style={{ background: 'var(--dense-soft)', border: '1px solid var(--dense)' }}
          />{' '}
          MACs dense
        </span>
        {gated && (
          <>
            <span>
              <i className="key bar" style={{ background: 'var(--gated)' }} /> MACs gated
            </span>
            <span style={{ color: 'var(--target)' }}>
              <i className="key line dashed" /> t_d × dense
            </span>
          </>
        )}
      </div>
      <div className="strip-scroll">
        <div
          className="strip"
          style={{ gridTemplateColumns: `auto repeat(${layers.length}, minmax(0, 1fr))` }}
        >
          <span className="row-label">Layer</span>
          {layers.map(({ name }) => (
            <span className="name" key={name}>
              {name.replace(/^layer/, '')}
            </span>
          ))}
          {gated && (
            <>
              <span className="row-label">
                Open
                <br />
                on · image · off
              </span>
              {layers.map((layer) => (
                <Gates key={layer.name} layer={layer} />
              ))}
            </>
          )}
          <span className="row-label">MACs per image</span>
          {layers.map((layer) => (
            <Bars key={layer.name} layer={layer} largest={largest} gated={gated} />
          ))}
        </div>
      </div>
    </>
  );
});

function Gates({ layer }: { readonly layer: LayerMacs }) {
  const { usage, name } = layer;
  if (!usage) return <span className="figures">{name === 'stem' ? 'no gate' : '–'}</span>;
  const { on, dependent, off, channels, open } = usage;
  const dots = dotsOf(usage, MOST_DOTS);
  const kinds = [
    ['on', dots.on],
    ['dependent', dots.dependent],
    ['off', dots.off],
  ] as const;
  return (
    <div
      className="gates"
      role="img"
      data-block={name}
      aria-label={`${name}: ${percent(open)} of ${channels} channels open; ${on} always on, ${dependent} depend on the image, ${off} always off`}
    >
      <div className="dots">
        {kinds.flatMap(([kind, total]) =>
          Array.from({ length: total }, (_, i) => <i className={`dot ${kind}`} key={`${kind}${i}`} />),
        )}
      </div>
      <div className="stack">
        {(
          [
            ['on', on],
            ['dependent', dependent],
          ] as const
        ).map(([kind, part]) => (
          <span className={`part ${kind}`} key={kind} style={{ width: `${(100 * part) / channels}%` }} />
        ))}
      </div>
      <div className="figures">
        <strong>{percent(open, 0)}</strong>
        <br />
        {on} · {dependent} · {off}
      </div>
    </div>
  );
}

interface BarsProps {
  readonly layer: LayerMacs;
  readonly largest: number;
  readonly gated: boolean;
}

function Bars({ layer, largest, gated }: BarsProps) {
  const height = (value: number) => `${(100 * value) / largest}%`;
  const spent = gated ? layer.gated : null;
  return (
    <div
      className="macs-of"
      role="img"
      aria-label={`${layer.name}: ${macs(layer.dense)} MACs dense${gated ? `, ${macs(spent)} gated, ${macs(layer.target)} granted` : ''}`}
    >
      <div className="macs">
        <span className="dense" style={{ height: height(layer.dense) }} />
        {spent !== null && <span className="gated" style={{ height: height(spent) }} />}
        {gated && <span className="target" style={{ bottom: height(layer.target) }} />}
      </div>
      <div className="figures">
        {macs(layer.dense)}
        {gated && (
          <>
            <br />
            <strong>{macs(spent)}</strong>
          </>
        )}
      </div>
    </div>
  );
}

function tableOf(layers: readonly LayerMacs[]): Table {
  return {
    caption: 'Channels over the test set (counts) and MACs of one image.',
    columns: [
      'layer',
      'always on',
      'dependent',
      'always off',
      'open share',
      'MACs dense',
      'MACs gated',
      'MACs granted',
    ],
    length: layers.length,
    row: (i) => {
      const { name, usage, dense, gated, target } = layers[i]!;
      const channels = [usage?.on ?? null, usage?.dependent ?? null, usage?.off ?? null, usage?.open ?? null];
      return [name, ...channels, dense, gated, target];
    },
  };
}
