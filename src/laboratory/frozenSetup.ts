import type { Images } from '../data/images/dataset.ts';
import type { EngineSetup } from '../engine.ts';
import { bufferSpecs, initialMomenta, parameterSpecs } from '../network/parameters.ts';
import { paddedTensor } from '../network/slice.ts';
import type { System } from '../network/systems.ts';
import { tensorValues, type WeightsFile } from '../network/weights.ts';
import { networkOfWeights, type WeightsSpec, weightsSpecs } from '../network/weightsCheck.ts';

/**
 * The setup of an engine that only encodes: trained weights, no passes and no loss. Channels that were cut
 * out of a slice come back, closed for good.
 * @throws Error if tensors are missing or do not fit the architecture
 */
export function frozenSetup(weights: WeightsFile, { count, size, pixels }: Images): EngineSetup {
  const { architecture, tensors } = weights;
  const network = networkOfWeights(architecture);
  const had = new Map(weightsSpecs(architecture).map(({ name, shape }) => [name, shape]));
  const read = ({ name, shape: whole }: WeightsSpec) => {
    const tensor = tensors[name];
    const shape = had.get(name)!;
    if (tensor === undefined || tensor.shape.join() !== shape.join()) {
      throw new Error(
        `weights: ${name} must have shape [${shape.join(', ')}], got ${tensor ? `[${tensor.shape.join(', ')}]` : 'none'}. Export them again.`,
      );
    }
    const fill = name.endsWith('.running_var') ? 1 : 0;
    return [name, paddedTensor({ shape, values: tensorValues(tensor) }, whole, fill)] as const;
  };
  const parameters = new Map(parameterSpecs(network).map(read));
  const { mean, std, branches } = architecture;
  return {
    network,
    system: { ...FROZEN, branches },
    objective: NO_OBJECTIVE,
    optimizer: { momentum: 0, weightDecay: 0, lars: null },
    images: { count, size, pixels },
    trainingNormalisation: { mean, std },
    evaluationNormalisation: { mean, std },
    initial: {
      parameters,
      buffers: new Map(bufferSpecs(network).map(read)),
      momenta: initialMomenta(parameters),
    },
  };
}

const FROZEN: Omit<System, 'branches'> = {
  id: 'vicreg',
  label: 'Frozen network',
  summary: 'Trained weights that are only evaluated.',
  source: 'the weights file',
  passes: [],
  terms: [],
};

const NO_OBJECTIVE: EngineSetup['objective'] = {
  invarianceWeight: 0,
  varianceWeight: 0,
  covarianceWeight: 0,
  budgetWeight: 0,
  boundWeight: 0,
  temperature: 1,
  gatedLoss: 'sum',
  contrastTemperature: 1,
};
