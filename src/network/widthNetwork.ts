import type { SlimBranch } from '../metrics.ts';
import type { Network } from './layers.ts';
import { branchBn, bufferSpecs, type NamedTensors, parameterSpecs } from './parameters.ts';
import { type FrozenNetwork, paddedTensor, withoutGates } from './slice.ts';
import { branchChannels } from './slim.ts';

/**
 * A narrow width of a trained network, as a network of the full width: beyond the width's channels every
 * BatchNorm gives 0, so nothing reaches the next layer from there. Its features are the first ones of each
 * row, and the others are 0.
 * @throws Error for missing tensors
 */
export function widthNetwork(
  network: Network,
  { parameters, buffers }: { readonly parameters: NamedTensors; readonly buffers: NamedTensors },
  branch: SlimBranch,
): FrozenNetwork {
  const alone: Network = { ...network, spec: { ...network.spec, slim: [], slimProjector: false } };
  const take = (name: string, shape: readonly number[]) => {
    const dot = name.lastIndexOf('.');
    const layer = name.slice(0, dot);
    const own = branchBn(network, layer, branch);
    // The projector has no part in features, so its BatchNorms stay those of the full width.
    const isNarrow = !layer.startsWith('projector') && parameters.has(`${own}.weight`);
    const source = `${isNarrow ? own : layer}${name.slice(dot)}`;
    const values = parameters.get(source) ?? buffers.get(source);
    if (values === undefined) throw new Error(`weights: ${source} is missing`);
    if (!isNarrow) return [name, { shape, values }] as const;
    const narrow = [branchChannels(shape[0]!, branch)];
    const fill = name.endsWith('.running_var') ? 1 : 0;
    return [name, { shape, values: paddedTensor({ shape: narrow, values }, shape, fill) }] as const;
  };
  const whole = {
    network: alone,
    inner: network.blocks.map(({ channels }) => channels),
    tensors: new Map([
      ...parameterSpecs(alone).map(({ name, shape }) => take(name, shape)),
      ...bufferSpecs(alone).map(({ name, shape }) => take(name, shape)),
    ]),
  };
  return withoutGates(whole);
}

/**
 * A width that was not trained, made of the next wider one that was: beyond its channels every BatchNorm
 * gives 0. Its running statistics are still those of the wider network, in which layers see more channels.
 * @param wider the trained width, as a network of the full width without gates
 */
export function narrowedNetwork(wider: FrozenNetwork, branch: SlimBranch): FrozenNetwork {
  const narrowed = [...wider.tensors].map(([name, { shape, values }]) => {
    const isAffine = /^backbone\..*(bn\d|downsample\.1)\.(weight|bias)$/.test(name);
    if (!isAffine) return [name, { shape, values }] as const;
    return [name, { shape, values: values.slice().fill(0, branchChannels(shape[0]!, branch)) }] as const;
  });
  return { ...wider, tensors: new Map(narrowed) };
}
