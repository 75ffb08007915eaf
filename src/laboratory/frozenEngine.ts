import type { Images } from '../data/images/dataset.ts';
import type { EngineSetup, EngineState } from '../engine.ts';
import { chunkOf } from '../evaluate/encoding.ts';
import type { ShiftableEncoder } from '../evaluate/gateShift.ts';
import type { BranchEncoder } from '../inference/branchEncoder.ts';
import { cpuEncoder } from '../inference/cpuEncoder.ts';
import type { InferencePlaces } from '../inference/places.ts';
import { useBackend } from '../method/backend.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import type { Network } from '../network/layers.ts';
import type { WeightsFile } from '../network/weights.ts';
import { frozenSetup } from './frozenSetup.ts';
import { checkAgreement, checkParity } from './parity.ts';

/** What encodes: the planned forward pass on the processor or a GPU, or the reference engine. */
export type FrozenEngineName = 'wasm' | 'cpu' | 'webgpu';

/** An engine with trained weights that encodes images. */
export interface FrozenEngine extends ShiftableEncoder {
  /** The GPU that encodes; null where the processor does. */
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
 * Opens an engine on trained weights, and checks the reference engine against the features in their file.
 * What encodes in its place is checked against it.
 * @throws Error if the weights are damaged, if there is no GPU, or if it computes wrongly; EngineFault if the
 * processor cannot run the kernels
 */
export async function openFrozen(
  weights: WeightsFile,
  images: Images,
  places: InferencePlaces,
  name: FrozenEngineName = 'wasm',
): Promise<FrozenEngine> {
  const setup = frozenSetup(weights, images);
  // Neighbours and probes are computed on this backend, also where others encode.
  await useBackend(name === 'cpu' ? 'cpu' : 'wasm', places);
  const reference = frozenOf(weights, setup, new TfjsEngine(setup), null);
  try {
    await checkParity(reference, weights);
    if (name === 'cpu') return reference;
    const frozen = await openPlanned(weights, setup, places, name);
    await checkAgreement(name, frozen, reference, weights.architecture.branches, images).catch(
      (error: unknown) => {
        frozen.dispose();
        throw error;
      },
    );
    reference.dispose();
    return frozen;
  } catch (error) {
    reference.dispose();
    throw error;
  }
}

async function openPlanned(
  weights: WeightsFile,
  setup: EngineSetup,
  places: InferencePlaces,
  name: Exclude<FrozenEngineName, 'cpu'>,
): Promise<FrozenEngine> {
  const most = Math.max(1, setup.images.count);
  const chunk = chunkOf(setup.network);
  if (name === 'wasm')
    return frozenOf(weights, setup, cpuEncoder(setup, Math.min(cpuChunkOf(chunk), most), places), null);
  const { openGpuEncoder } = await import('../inference/gpuEncoder.ts');
  const gpu = await openGpuEncoder(setup, Math.min(chunk, most));
  return frozenOf(weights, setup, gpu, gpu.device);
}

/** Images of one forward pass on the processor: a part of a chunk, because maps of fewer images stay near. */
function cpuChunkOf(chunk: number): number {
  return Math.ceil(chunk / 4);
}

function frozenOf(
  { architecture }: WeightsFile,
  { network, initial }: EngineSetup,
  engine: BranchEncoder,
  device: string | null,
): FrozenEngine {
  const channels = network.blocks.map((block) => block.channels);
  const inner = architecture.inner ?? channels;
  return {
    ...{ network, inner, device, state: initial },
    encode: async (images, from, to, branch, gateShift = architecture.gateShift) => {
      const { features, gates } = await engine.encode(images, from, to, branch, gateShift);
      return { features, gates: gates.map((block, l) => firstColumns(block, channels[l]!, inner[l]!)) };
    },
    dispose: () => engine.dispose(),
  };
}

/** The gates of the channels that stayed, which come before those that were cut out. */
function firstColumns(gates: Uint8Array, channels: number, kept: number): Uint8Array {
  return kept === channels ? gates : gates.filter((_, i) => i % channels < kept);
}
