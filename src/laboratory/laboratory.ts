import type { Dataset, TrainAndTest } from '../data/images/dataset.ts';
import type { EngineState } from '../engine.ts';
import { type EncodedSet, encodeAll } from '../evaluate/encoding.ts';
import type { ShiftableEncoder } from '../evaluate/gateShift.ts';
import type { InferencePlaces } from '../inference/places.ts';
import type { Branch } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import { branchNetwork, type FrozenNetwork } from '../network/slice.ts';
import { branchFeatures } from '../network/slim.ts';
import type { WeightsFile } from '../network/weights.ts';
import { type FrozenEngineName, openFrozen } from './frozenEngine.ts';
import { Refusal } from './refusal.ts';

/** A branch's outputs for both sets of images. */
export interface EncodedSets {
  /** F of the branch. */
  readonly dimension: number;
  readonly train: EncodedSet;
  readonly test: EncodedSet;
}

/** Called after each piece of work; may wait, and throws to cancel. */
export type OnWork = (done: number, total: number) => Promise<void>;

/** Whether channels were cut out of the network. */
export function isCut({ weights }: Pick<Laboratory, 'weights'>): boolean {
  return weights.architecture.inner !== undefined;
}

/** @throws Refusal for what begins with all channels, where some were cut out of the weights */
export function requireWhole(laboratory: Pick<Laboratory, 'weights'>): void {
  if (!isCut(laboratory)) return;
  throw new Refusal(
    'These weights are a slice: channels were cut out of them, and masks, slices, timings and the dial begin with all of them. Choose the file of the whole network.',
  );
}

/**
 * The gated branch of the network on the workbench.
 * @param gateShift δ of its gates; the weights' own if missing
 */
export function gatedNetwork(
  { network, state, weights }: Pick<Laboratory, 'network' | 'state' | 'weights'>,
  gateShift = weights.architecture.gateShift ?? 0,
): FrozenNetwork {
  return { ...branchNetwork(network, state, 'gated'), gateShift };
}

/** Whether both sets have labels, so that accuracies can be measured. */
export function hasLabels({ train, test }: Laboratory['data']): boolean {
  return train.classes.length > 0 && test.classes.length > 0;
}

/**
 * A trained network that orders are about, with the images that they use, an engine of its own, and what it
 * encoded.
 */
export interface Laboratory {
  readonly weights: WeightsFile;
  readonly network: Network;
  /** `train` is what classifiers learn from. It is the bank if training has no labels of its own. */
  readonly data: { readonly train: Dataset; readonly test: Dataset };
  readonly engine: ShiftableEncoder;
  /** The GPU that encodes; null where the processor does. */
  readonly device: string | null;
  /** Channels between the convolutions of each block. In a slice they are fewer than the network's. */
  readonly inner: readonly number[];
  /** Parameters and running statistics of the network; the momenta are 0. */
  readonly state: EngineState;
  readonly places: InferencePlaces;
  /** Encodes both sets with a branch, and keeps the result for the next call. Progress is in images. */
  encoded(branch: Branch, onWork: OnWork): Promise<EncodedSets>;
  /** Whether the sets were encoded before; then `encoded` gives them at once. */
  has(branch: Branch): boolean;
  dispose(): void;
}

/**
 * Opens an engine with trained weights, the kernels of the processor if none is named, and checks it against
 * the features in the file.
 * @throws Error if weights and images do not fit each other, the weights are damaged, or the engine cannot be
 * had
 */
export async function openLaboratory(
  weights: WeightsFile,
  { train, bank = train, test }: TrainAndTest,
  places: InferencePlaces,
  name: FrozenEngineName = 'wasm',
): Promise<Laboratory> {
  const { input } = weights.architecture;
  const data = { train: bank, test };
  for (const [role, { size }] of Object.entries(data)) {
    if (size !== input) {
      throw new Error(
        `The weights are for images of ${input} pixels, the ${role === 'train' ? 'training' : role} images have ${size}. Choose the data that the run was trained on.`,
      );
    }
  }
  const engine = await openFrozen(weights, data.train, places, name);
  const { network, inner, state, device } = engine;
  const cache = new Map<Branch, EncodedSets>();
  return {
    ...{ weights, network, inner, data, engine, device, state, places },
    has: (branch) => cache.has(branch),
    async encoded(branch, onWork) {
      const known = cache.get(branch);
      if (known) return known;
      const total = data.train.count + data.test.count;
      let done = 0;
      const advance = (images: number) => {
        done += images;
        return onWork(done, total);
      };
      const sets = {
        dimension: branchFeatures(network, branch),
        train: await encodeAll(engine, network, data.train, branch, advance),
        test: await encodeAll(engine, network, data.test, branch, advance),
      };
      cache.set(branch, sets);
      return sets;
    },
    dispose() {
      cache.clear();
      engine.dispose();
    },
  };
}
