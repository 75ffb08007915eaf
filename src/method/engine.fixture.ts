import type { ImageSet } from '../data/images/dataset.ts';
import { RECIPES } from '../data/images/recipe.ts';
import { identityView } from '../data/images/views.ts';
import type { EngineSetup, StepInput } from '../engine.ts';
import { buildNetwork, type NetworkSpec } from '../network/layers.ts';
import { initialBuffers, initialMomenta, initialParameters } from '../network/parameters.ts';
import { SYSTEMS } from '../network/systems.ts';
import { hashedUniform, stream } from '../random.ts';
import { LARS } from './optimizer.ts';

export const SIDE = 12;
const IMAGES = 8;

/** Images of hashed noise. */
export function hashedImages(count: number, size: number): ImageSet {
  const length = count * size * size * 3;
  return {
    count,
    size,
    pixels: Uint8Array.from({ length }, (_, i) => 256 * hashedUniform(11, i)),
    recipe: 'cifar10',
  };
}

/** A width-4 dual-gating engine on eight images, 12 × 12 pixels unless the spec says otherwise. */
export function tinySetup(change: Partial<EngineSetup> = {}, spec: Partial<NetworkSpec> = {}): EngineSetup {
  const network = buildNetwork({
    input: SIDE,
    width: 4,
    stem: 'cifar',
    stemPadding: 1,
    gated: true,
    bn: 'separate',
    projector: { hidden: 16, output: 12 },
    ...spec,
  });
  const parameters = initialParameters(network, stream(3, 'init'));
  return {
    network,
    system: SYSTEMS['dual-gating'],
    objective: {
      invarianceWeight: 25,
      varianceWeight: 25,
      covarianceWeight: 1,
      budgetWeight: 30,
      boundWeight: 1,
      temperature: 0.66667,
      gatedLoss: 'sum',
      contrastTemperature: 0.2,
    },
    optimizer: { momentum: 0.9, weightDecay: 1e-4, lars: LARS },
    images: hashedImages(IMAGES, network.spec.input),
    trainingNormalisation: RECIPES.cifar10.training,
    evaluationNormalisation: RECIPES.cifar10.evaluation,
    initial: {
      parameters,
      buffers: initialBuffers(network),
      momenta: initialMomenta(parameters),
    },
    ...change,
  };
}

/** The same setup with nothing but its first images, and what fills in the others. */
export function comingImages(
  setup: EngineSetup,
  first: number,
): { readonly setup: EngineSetup; readonly come: () => void } {
  const { images } = setup;
  const { pixels } = images;
  const there = pixels.slice();
  there.fill(0, first * images.size ** 2 * 3);
  return { setup: { ...setup, images: { ...images, pixels: there } }, come: () => there.set(pixels) };
}

/** One step on six of the images; view 2 is view 1 mirrored. @param side of the images, pixels */
export function tinyStep(change: Partial<StepInput> = {}, side = SIDE): StepInput {
  const indices = Uint32Array.of(0, 7, 3, 1, 5, 2);
  const view = identityView(side);
  return {
    indices,
    views: [Array.from(indices, () => view), Array.from(indices, () => ({ ...view, flip: true }))],
    gateSeeds: [1, 2],
    learningRate: 0.05,
    aim: 0.3,
    boundWidth: 0.9,
    ...change,
  };
}
