import type { Images } from '../data/images/dataset.ts';
import type { Engine, EngineSetup, EngineState } from '../engine.ts';
import { chunkOf, type Encoder } from '../evaluate/encoding.ts';
import { type BackendPlaces, useBackend } from '../method/backend.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import type { Network } from '../network/layers.ts';
import type { WeightsFile } from '../network/weights.ts';
import { frozenSetup } from './frozenSetup.ts';
import { checkAgreement, checkParity } from './parity.ts';

/** What encodes: the reference engine on one of its backends, or the compiled forward pass on a GPU. */
export type FrozenEngineName = 'wasm' | 'cpu' | 'webgpu';

/** An engine with trained weights that encodes images. */
export interface FrozenEngine extends Encoder {
  /** The GPU that encodes; null for the reference engine. */
  readonly device: string | null;
  /** The network; for sliced weights, the network before it was cut. */
  readonly network: Network;
  /**
   * Channels between the convolutions of each block. If some were cut out, they are fewer than the network's.
   */
  readonly inner: readonly number[];
  /** Parameters and running statistics; the momenta are 0. */
  readonly state: EngineState;
  dispose(): void;
}

/**
 * Opens an engine on trained weights, and checks it against the features in their file. A GPU is checked
 * against the reference engine as well.
 * @throws Error if the weights are damaged, if there is no GPU, or if it computes wrongly
 */
export async function openFrozen(
  weights: WeightsFile,
  images: Images,
  places: BackendPlaces,
  name: FrozenEngineName = 'wasm',
): Promise<FrozenEngine> {
  const setup = frozenSetup(weights, images);
  // Neighbours and probes are computed on this backend, also where a GPU encodes.
  await useBackend(name === 'cpu' ? 'cpu' : 'wasm', places);
  const reference = frozenOf(weights, setup, new TfjsEngine(setup), null);
  try {
    await checkParity(reference, weights);
    if (name !== 'webgpu') return reference;
    const { openGpuEncoder } = await import('../inference/gpuEncoder.ts');
    const chunk = Math.min(chunkOf(setup.network), Math.max(1, images.count));
    const gpu = await openGpuEncoder(setup, chunk);
    const frozen = frozenOf(weights, setup, gpu, gpu.device);
    await checkAgreement(frozen, reference, weights.architecture.branches, images).catch((error: unknown) => {
      gpu.dispose();
      throw error;
    });
    reference.dispose();
    return frozen;
  } catch (error) {
    reference.dispose();
    throw error;
  }
}

function frozenOf(
  { architecture }: WeightsFile,
  { network, initial }: EngineSetup,
  engine: Pick<Engine, 'encode' | 'dispose'>,
  device: string | null,
): FrozenEngine {
  const channels = network.blocks.map((block) => block.channels);
  const inner = architecture.inner ?? channels;
  return {
    ...{ network, inner, device, state: initial },
    encode: async (...asked) => {
      const { features, gates } = await engine.encode(...asked);
      return { features, gates: gates.map((block, l) => firstColumns(block, channels[l]!, inner[l]!)) };
    },
    dispose: () => engine.dispose(),
  };
}

/** The gates of the channels that stayed, which come before those that were cut out. */
function firstColumns(gates: Uint8Array, channels: number, kept: number): Uint8Array {
  return kept === channels ? gates : gates.filter((_, i) => i % channels < kept);
}
