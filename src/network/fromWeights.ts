import type { RunConfig } from '../config.ts';
import { networkOf } from './fromConfig.ts';
import { bufferSpecs, type NamedTensors, parameterSpecs } from './parameters.ts';
import { widthOf } from './slim.ts';
import { type Architecture, tensorValues, type WeightsFile, WeightsFileError } from './weights.ts';
import { weightsSpecs } from './weightsCheck.ts';

/**
 * The configuration that trains a network of this architecture. What decides the network is taken from the
 * architecture, and the rest stays as it is.
 */
export function configOfWeights(architecture: Architecture, config: RunConfig): RunConfig {
  const { width, stem, stemPadding, bn, projector, minBottleneck } = architecture;
  const kept = {
    width,
    stem,
    stemPadding: Math.max(1, stemPadding),
    projector: projector.output,
    minBottleneck,
  };
  const separateBn = bn === 'separate' || (!architecture.gated && config.separateBn);
  return { ...config, ...kept, separateBn, ...systemOfWeights(architecture) };
}

function systemOfWeights({ branches, slim, slimProjector }: Architecture): Partial<RunConfig> {
  const [narrow] = slim;
  if (narrow !== undefined) {
    if (slimProjector) return { system: 'slimmable', slimForm: 'slimclr' };
    return { system: 'slimmable', slimForm: 'dual', slimWidth: widthOf(narrow) };
  }
  if (!branches.includes('gated')) return { system: 'vicreg' };
  return { system: branches.includes('dense') ? 'dual-gating' : 'vicreg-gating' };
}

/**
 * Why a run of this configuration cannot begin with these weights; null if it can. Images of another size are
 * no reason, because no tensor depends on it.
 */
export function startFault(weights: Architecture, config: RunConfig): string | null {
  if (weights.inner !== undefined)
    return 'These weights are a slice: channels were cut out of them, and no system here trains what is left. Choose the file of the whole network';
  if (weights.gateShift)
    return `These weights are of one budget, with their gates shifted by ${weights.gateShift}, and training begins with gates that are not shifted. Choose the file that was exported without a budget`;
  const network = networkOf(config, weights.input);
  const wanted = new Map(
    [...parameterSpecs(network), ...bufferSpecs(network)].map(({ name, shape }) => [name, shape.join()]),
  );
  const had = new Map(weightsSpecs(weights).map(({ name, shape }) => [name, shape.join()]));
  const odd = [...wanted].find(([name, shape]) => had.get(name) !== shape);
  if (odd !== undefined) {
    const [name, shape] = odd;
    const got = had.get(name);
    return `A run of these settings begins with ${name} of shape [${shape}], and the weights have ${got === undefined ? 'none' : `[${got}]`}. Take over the settings of the weights`;
  }
  const more = [...had.keys()].find((name) => !wanted.has(name));
  return more === undefined
    ? null
    : `The weights have ${more}, which a run of these settings has no use for. Take over the settings of the weights`;
}

/**
 * Parameters and running statistics to begin a run with.
 * @throws WeightsFileError if `startFault` gives a reason
 */
export function startTensors(
  { architecture, tensors }: WeightsFile,
  config: RunConfig,
): { readonly parameters: NamedTensors; readonly buffers: NamedTensors } {
  const fault = startFault(architecture, config);
  if (fault !== null) throw new WeightsFileError(`${fault}.`);
  const network = networkOf(config, architecture.input);
  const read = ({ name }: { readonly name: string }) => [name, tensorValues(tensors[name]!)] as const;
  return {
    parameters: new Map(parameterSpecs(network).map(read)),
    buffers: new Map(bufferSpecs(network).map(read)),
  };
}
