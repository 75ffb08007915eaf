import { useMemo } from 'react';
import {
  channelOrder,
  type GroupContrast,
  gatedImages,
  imageUsage,
  type MapGates,
  openRates,
} from '../../store/run/channels.ts';
import { className } from '../../store/run/labels.ts';
import { type LayerMacs, layerMacs } from '../../store/run/layers.ts';
import type { Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { newestUsage, usageWords } from '../../store/run/usage.ts';
import { hasGates } from '../../store/settings.ts';
import { dialWords, joined } from '../dial/dialWords.ts';
import { useContrast } from '../maps/useContrast.ts';
import { macs } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { ScrollRegion } from '../shell/ScrollRegion.tsx';
import type { Table } from '../shell/table.ts';
import { useSampled } from '../shell/useSampled.ts';
import { DotKeys, Gates, type Shown } from './Gates.tsx';
import { contrastDots, type Dot, imageDots, usageDots } from './stripDots.ts';

/**
 * Every layer with its gates and its MACs: the dense ones, the gated ones, and what the budget allows. The
 * gates are those of test images, those of the marked image, or the difference between the two groups.
 */
export function NetworkStrip() {
  const ready = useSampled((run) => run?.record.ready ?? null, 0);
  const epochs = useSampled((run) => run?.record.epochs ?? null, 0);
  const watched = useSampled((run) => run?.record.usage ?? null, 0);
  const last = epochs?.at(-1) ?? null;
  const usage = useMemo(() => newestUsage({ epochs: epochs ?? [], usage: watched }), [epochs, watched]);
  const budget = useSampled((run) => run?.budget ?? null, 0);
  const gates = useSampled((run) => run?.record.mapGates ?? null, 0);
  const dialled = useSampled((_, turned) => dialWords(turned), 0);
  const marked = useSelection((state) => state.hovered ?? state.pinned);
  const contrast = useContrast();
  const gated = ready !== null && hasGates(ready.config);
  const ofImage = useMemo(
    () => (ready && marked !== null ? imageUsage(ready.network.blocks, gates, marked) : null),
    [ready, gates, marked],
  );
  const layers = useMemo(
    () =>
      ready && budget !== null ? layerMacs(ready.network, ofImage ?? usage?.channelUsage ?? [], budget) : [],
    [ready, usage, budget, ofImage],
  );
  const order = useMemo(() => (ready && gates ? orderOf(ready, gates) : []), [ready, gates]);
  const shown = shownOf(ofImage ? marked : null, contrast);

  function dotsOf({ usage }: LayerMacs, block: number): Dot[] {
    if (!usage) return [];
    const channels = order[block];
    if (!ready || !gates || !channels || shown.kind === 'average') return usageDots(usage);
    if (shown.kind === 'image')
      return imageDots(ready.network.blocks, gates, block, shown.image, channels, contrast);
    return contrast ? contrastDots(block, channels, contrast) : [];
  }

  return (
    <Panel
      title="Network"
      topic="network"
      className="network"
      aside={joined(
        asideOf(shown, ready, usage && usageWords(usage, last?.epoch ?? 0), gates, gated),
        gated ? dialled : '',
      )}
      table={layers.length > 0 ? () => tableOf(layers, shown) : undefined}
      picture={layers.length > 0 ? 'network' : undefined}
    >
      {layers.length === 0 ? (
        <Empty>
          The layers of the encoder appear here when a run starts, and their gates with the first evaluation:
          which channels are always on, always off, or decided by the image.
        </Empty>
      ) : (
        <Strip layers={layers} gated={gated} shown={shown} dotsOf={dotsOf} />
      )}
    </Panel>
  );
}

function shownOf(image: number | null, contrast: GroupContrast | null): Shown {
  if (image !== null) return { kind: 'image', image };
  return contrast ? { kind: 'groups', rest: contrast.rest } : { kind: 'average' };
}

/** The channels of each block, sorted by how many map images open them, most first. */
function orderOf({ network: { blocks } }: Ready, gates: MapGates): number[][] {
  return channelOrder(openRates(blocks, gates, gatedImages(blocks, gates)));
}

function asideOf(
  shown: Shown,
  ready: Ready | null,
  seen: string | null,
  gates: MapGates | null,
  gated: boolean,
): string {
  if (!gated) return '';
  if (shown.kind === 'image' && ready && gates) {
    const name = className(ready, shown.image);
    return `image ${shown.image}${name === null ? '' : ` (${name})`}, epoch ${gates.epoch + 1}`;
  }
  if (shown.kind === 'groups' && gates)
    return `group A against ${shown.rest ? 'the rest' : 'group B'}, epoch ${gates.epoch + 1}; counts and MACs over test images`;
  return seen ?? 'gates appear with the first evaluation';
}

interface StripProps {
  readonly layers: readonly LayerMacs[];
  readonly gated: boolean;
  readonly shown: Shown;
  /** @param block index of the layer's block among the gated blocks */
  readonly dotsOf: (layer: LayerMacs, block: number) => readonly Dot[];
}

function Strip({ layers, gated, shown, dotsOf }: StripProps) {
  const largest = Math.max(...layers.map(({ dense, gated: spent }) => Math.max(dense, spent ?? 0)));
  return (
    <div data-figure>
      <div className="keys-row">
        {gated && <DotKeys shown={shown} />}
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
      <ScrollRegion className="strip-scroll" label="Layers of the network">
        <div
          className={shown.kind === 'average' ? 'strip' : 'strip prompt'}
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
                {shown.kind === 'image' ? 'of all' : 'on · image · off'}
              </span>
              {layers.map((layer, place) =>
                layer.usage ? (
                  <Gates
                    key={layer.name}
                    name={layer.name}
                    usage={layer.usage}
                    dots={dotsOf(layer, place - 1)}
                    shown={shown}
                  />
                ) : (
                  <span className="figures" key={layer.name}>
                    {layer.name === 'stem' ? 'no gate' : '–'}
                  </span>
                ),
              )}
            </>
          )}
          <span className="row-label">MACs per image</span>
          {layers.map((layer) => (
            <Bars key={layer.name} layer={layer} largest={largest} gated={gated} />
          ))}
        </div>
      </ScrollRegion>
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

function tableOf(layers: readonly LayerMacs[], shown: Shown): Table {
  const whose = shown.kind === 'image' ? `open or closed for image ${shown.image}` : 'over test images';
  return {
    caption: `Channels ${whose} (counts) and MACs of one image.`,
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
