import type { RunConfig } from '../config.ts';
import type { ImageSet } from '../data/images/dataset.ts';
import { RECIPES, type RecipeId } from '../data/images/recipe.ts';
import type { Engine, EngineState } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import { systemOf } from '../network/fromConfig.ts';
import type { Network } from '../network/layers.ts';
import { bufferSpecs, parameterSpecs } from '../network/parameters.ts';
import { branchFeatures } from '../network/slim.ts';
import {
  type BytesFile,
  bytesFile,
  type TensorFile,
  tensorFile,
  type WeightsFile,
} from '../network/weights.ts';

/** Number of images whose features are stored with the weights, so that a loader can check itself. */
const PARITY_IMAGES = 16;

/**
 * The engine's weights as a file: parameters and running statistics, with features of the first test images.
 */
export async function weightsFileOf(
  engine: Engine,
  network: Network,
  config: RunConfig,
  test: ImageSet,
): Promise<WeightsFile> {
  const weights = weightsOf(await engine.state(), network, config, test.recipe);
  const parity = await parityOf(engine, network, systemOf(config).branches, test);
  return parity === null ? weights : { ...weights, parity };
}

/**
 * The weights of a state alone, used when there is no engine that could compute features.
 * @param recipe of the images: it decides how the network's input is normalised
 */
export function weightsOf(
  { parameters, buffers }: EngineState,
  network: Network,
  config: RunConfig,
  recipe: RecipeId,
): WeightsFile {
  const { spec } = network;
  const { branches } = systemOf(config);
  const tensors: Record<string, TensorFile> = {};
  for (const { name, shape } of parameterSpecs(network))
    tensors[name] = tensorFile(shape, parameters.get(name)!);
  for (const { name, shape } of bufferSpecs(network)) tensors[name] = tensorFile(shape, buffers.get(name)!);
  return {
    format: 'dualgate-weights',
    version: 1,
    architecture: {
      name: 'resnet18-gated',
      input: spec.input,
      width: spec.width,
      stem: spec.stem,
      stemPadding: spec.stemPadding,
      gated: spec.gated,
      bn: spec.bn,
      projector: spec.projector,
      slim: spec.slim ?? [],
      slimProjector: spec.slimProjector ?? false,
      minBottleneck: spec.minBottleneck ?? 1,
      branches,
      ...RECIPES[recipe].evaluation,
      bnEpsilon: 1e-5,
    },
    tensors,
  };
}

/** Null if a feature is not finite: weights that diverge are of no use for checking a loader. */
async function parityOf(engine: Engine, network: Network, branches: readonly Branch[], test: ImageSet) {
  const count = Math.min(PARITY_IMAGES, test.count);
  const { size } = test;
  const features: Partial<Record<Branch, TensorFile>> = {};
  const gates: Record<string, BytesFile> = {};
  for (const branch of branches) {
    const encoded = await engine.encode(test, 0, count, branch);
    if (!encoded.features.every(Number.isFinite)) return null;
    encoded.gates.forEach((block, l) => {
      const { name, channels } = network.blocks[l]!;
      gates[name] = bytesFile([count, channels], block);
    });
    features[branch] = tensorFile([count, branchFeatures(network, branch)], encoded.features);
  }
  const images = bytesFile([count, size, size, 3], test.pixels.subarray(0, count * size * size * 3));
  return { images, features, ...(branches.includes('gated') && { gates }) };
}
