import type { Branch } from '../metrics.ts';
import type { Block, Network } from './layers.ts';
import { gateMacs } from './layers.ts';
import {
  blockBn,
  bufferSpecs,
  type NamedTensors,
  namedTensor,
  parameterSpecs,
  sizeOf,
} from './parameters.ts';
import { isSlim } from './slim.ts';

// One branch of a trained network, taken out alone or with channels cut out of its blocks. These are the
// channels between conv1 and conv2, which gates decide on. Nothing else changes size, so features keep their
// shape.

/** A tensor in PyTorch's shape and layout. */
export interface ShapedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** One branch of a network for evaluation: one set of BatchNorms, with gates or without. */
export interface FrozenNetwork {
  /**
   * Layer geometry. `spec.gated` says whether gates decide; `spec.bn` is shared. Its MACs are those before
   * slicing.
   */
  readonly network: Network;
  /** Channels between conv1 and conv2, per block. */
  readonly inner: readonly number[];
  /** Parameters and running statistics by the authors' names, in their order. */
  readonly tensors: ReadonlyMap<string, ShapedTensor>;
  /** δ of the gates, which open where their logit + δ ≥ 0; 0 if missing, as in training. */
  readonly gateShift?: number;
}

/** The channels of each block that stay, ascending. */
export type KeptChannels = readonly (readonly number[])[];

/**
 * A branch's weights: its own BatchNorms under the shared names, and gates only for the gated branch.
 * @throws Error for narrow widths, whose layers are parts of others already, and for missing tensors
 */
export function branchNetwork(
  network: Network,
  { parameters, buffers }: { readonly parameters: NamedTensors; readonly buffers: NamedTensors },
  branch: Branch,
): FrozenNetwork {
  if (isSlim(branch))
    throw new Error(`slice: the branch must be gated or dense, got ${branch}, a slice already`);
  const gated = branch === 'gated';
  const alone = withoutBranches(network, gated);
  // Parameters are read under the branch's names, and stored under those that a network with one branch has.
  const source = new Map(
    network.blocks.flatMap(({ name }) =>
      ([1, 2] as const).map((place) => [
        `backbone.${name}.bn${place}`,
        blockBn(network, name, place, branch),
      ]),
    ),
  );
  const sourceOf = (name: string) => {
    const dot = name.lastIndexOf('.');
    return `${source.get(name.slice(0, dot)) ?? name.slice(0, dot)}${name.slice(dot)}`;
  };
  const take = (values: NamedTensors, name: string, shape: readonly number[]) =>
    [name, { shape, values: namedTensor(values, sourceOf(name), sizeOf(shape)) }] as const;
  return {
    network: alone,
    inner: network.blocks.map(({ channels }) => channels),
    tensors: new Map([
      ...parameterSpecs(alone).map(({ name, shape }) => take(parameters, name, shape)),
      ...bufferSpecs(alone).map(({ name, shape }) => take(buffers, name, shape)),
    ]),
  };
}

/** The same network without its gates. Forced or frozen gates are used with it. */
export function withoutGates({ network, inner, tensors }: FrozenNetwork): FrozenNetwork {
  return {
    network: withoutBranches(network, false),
    inner,
    tensors: new Map([...tensors].filter(([name]) => !name.includes('.mask_c.'))),
  };
}

/**
 * The network with only the given channels of each block, in the given order. It keeps their rows of conv1,
 * its BatchNorm, their columns of conv2, and the rows of the gate's last layer. If all other channels are
 * closed, the features are the same: a closed channel is 0 after the ReLU, and conv2 adds nothing for it.
 * @throws Error if a number is not a channel of the block
 */
export function sliceNetwork(frozen: FrozenNetwork, kept: KeptChannels): FrozenNetwork {
  const { network, inner, tensors, gateShift } = frozen;
  const sliced = new Map(tensors);
  network.blocks.forEach(({ name }, l) => {
    const channels = kept[l];
    if (channels === undefined || channels.some((c) => !(c >= 0 && c < inner[l]!))) {
      throw new Error(
        `slice: kept channels of ${name} must be of its ${inner[l]}, got ${channels?.join(', ') ?? 'none given'}`,
      );
    }
    const prefix = `backbone.${name}`;
    const take = (tensor: string, along: 0 | 1) => {
      const whole = tensors.get(tensor);
      if (whole !== undefined) sliced.set(tensor, takeAlong(whole, along, channels));
    };
    take(`${prefix}.conv1.weight`, 0);
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) take(`${prefix}.bn1.${part}`, 0);
    take(`${prefix}.conv2.weight`, 1);
    take(`${prefix}.mask_c.atten_c.3.weight`, 0);
  });
  const cut = { network, inner: kept.map(({ length }) => length), tensors: sliced };
  return gateShift === undefined ? cut : { ...cut, gateShift };
}

/**
 * A tensor of a sliced network in the whole network's shape. The channels that stayed come first; after them
 * come the channels that were cut out, filled with `fill`. Weights of 0 keep these closed for good, and the
 * features are the same.
 */
export function paddedTensor(
  { shape, values }: ShapedTensor,
  whole: readonly number[],
  fill = 0,
): Float32Array {
  if (shape.join() === whole.join()) return values;
  const [rows = 1, columns = 1] = shape;
  const each = sizeOf(whole.slice(2));
  const padded = new Float32Array(sizeOf(whole)).fill(fill);
  for (let row = 0; row < rows; row++) {
    const from = row * columns * each;
    padded.set(values.subarray(from, from + columns * each), row * (whole[1] ?? 1) * each);
  }
  return padded;
}

/**
 * MACs of one image (method §3): stem, shortcuts, convolutions of the inner channels, and gates if there are
 * some.
 * @param open inner channels per block that are computed; all if missing; may be means over images
 */
export function frozenMacs(
  { network, inner }: Pick<FrozenNetwork, 'network' | 'inner'>,
  open = inner,
): number {
  return network.blocks.reduce(
    (sum, block, l) =>
      sum +
      open[l]! * macsPerChannel(block) +
      block.macs.downsample +
      (network.spec.gated ? gateMacs(block.inChannels, block.bottleneck, inner[l]!) : 0),
    network.stem.macs,
  );
}

function macsPerChannel({ macs, channels }: Block): number {
  return (macs.conv1 + macs.conv2) / channels;
}

function withoutBranches(network: Network, gated: boolean): Network {
  return { ...network, spec: { ...network.spec, gated, bn: 'shared', slim: [], slimProjector: false } };
}

/** The entries of a tensor at `places` along its first or second axis. */
function takeAlong({ shape, values }: ShapedTensor, along: 0 | 1, places: readonly number[]): ShapedTensor {
  const side = shape[along]!;
  const each = sizeOf(shape.slice(along + 1));
  const outer = sizeOf(shape.slice(0, along));
  const taken = new Float32Array(outer * places.length * each);
  for (let o = 0; o < outer; o++) {
    places.forEach((place, i) => {
      const from = (o * side + place) * each;
      taken.set(values.subarray(from, from + each), (o * places.length + i) * each);
    });
  }
  return { shape: shape.map((length, axis) => (axis === along ? places.length : length)), values: taken };
}
