import type { FrozenNetwork } from './slice.ts';
import {
  type Architecture,
  type ParityFile,
  type TensorFile,
  tensorFile,
  type WeightsFile,
} from './weights.ts';

/** Architecture of a sliced network: one branch, and in each block as many channels between its convolutions as stay. */
export interface SlicedArchitecture extends Architecture {
  readonly inner: readonly number[];
}

export interface SlicedWeightsFile extends WeightsFile {
  readonly architecture: SlicedArchitecture;
}

/** A sliced network's weights as a file of the usual format. @param architecture of the network that was sliced */
export function slicedWeightsFile(
  { network, inner, tensors }: FrozenNetwork,
  architecture: Architecture,
  parity: ParityFile,
): SlicedWeightsFile {
  const { gated } = network.spec;
  const files: Record<string, TensorFile> = {};
  for (const [name, { shape, values }] of tensors) files[name] = tensorFile(shape, values);
  return {
    format: 'dualgate-weights',
    version: 1,
    architecture: {
      ...architecture,
      gated,
      bn: 'shared',
      slim: [],
      slimProjector: false,
      branches: [gated ? 'gated' : 'dense'],
      inner,
    },
    tensors: files,
    parity,
  };
}
