import type { Images } from '../data/images/dataset.ts';
import type { EngineState } from '../engine.ts';
import type { Encoder } from '../evaluate/encoding.ts';
import { type BackendPlaces, useBackend } from '../method/backend.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import type { Network } from '../network/layers.ts';
import type { WeightsFile } from '../network/weights.ts';
import { frozenSetup } from './frozenSetup.ts';
import { checkParity } from './parity.ts';

/** An engine with trained weights that encodes images. It is the reference engine on WASM. */
export interface FrozenEngine extends Encoder {
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
 * Opens an engine on trained weights, and checks it against the features in their file.
 * @throws Error if the weights are damaged
 */
export async function openFrozen(
  weights: WeightsFile,
  images: Images,
  places: BackendPlaces,
): Promise<FrozenEngine> {
  const setup = frozenSetup(weights, images);
  await useBackend('wasm', places);
  const engine = new TfjsEngine(setup);
  const { network, initial } = setup;
  const channels = network.blocks.map((block) => block.channels);
  const inner = weights.architecture.inner ?? channels;
  const frozen: FrozenEngine = {
    ...{ network, inner, state: initial },
    encode: async (...asked) => {
      const { features, gates } = await engine.encode(...asked);
      return { features, gates: gates.map((block, l) => firstColumns(block, channels[l]!, inner[l]!)) };
    },
    dispose: () => engine.dispose(),
  };
  try {
    await checkParity(frozen, weights);
    return frozen;
  } catch (error) {
    frozen.dispose();
    throw error;
  }
}

/** The gates of the channels that stayed, which come before those that were cut out. */
function firstColumns(gates: Uint8Array, channels: number, kept: number): Uint8Array {
  return kept === channels ? gates : gates.filter((_, i) => i % channels < kept);
}
