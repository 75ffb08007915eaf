import type { FrozenNetwork } from './slice.ts';
import {
  type Architecture,
  type ParityFile,
  type TensorFile,
  tensorFile,
  type WeightsFile,
} from './weights.ts';

/**
 * Weights of one branch as a file of the usual format. If channels were cut out, `inner` says how many
 * stayed.
 * @param architecture architecture of the network that was sliced
 */
export function slicedWeightsFile(
  { network, inner, tensors, gateShift }: FrozenNetwork,
  architecture: Architecture,
  parity: ParityFile,
): WeightsFile {
  const { gated } = network.spec;
  const isCut = network.blocks.some(({ channels }, l) => inner[l] !== channels);
  const { gateShift: _, ...whole } = architecture;
  const files: Record<string, TensorFile> = {};
  for (const [name, { shape, values }] of tensors) files[name] = tensorFile(shape, values);
  return {
    format: 'dualgate-weights',
    version: 1,
    architecture: {
      ...whole,
      gated,
      bn: 'shared',
      slim: [],
      slimProjector: false,
      branches: [gated ? 'gated' : 'dense'],
      ...(isCut && { inner }),
      ...(gated && gateShift !== undefined && { gateShift }),
    },
    tensors: files,
    parity,
  };
}
