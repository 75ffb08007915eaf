import type { Images } from '../data/images/dataset.ts';
import type { Encoded, Engine, EngineSetup } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import { branchNetwork } from '../network/slice.ts';
import { branchFeatures, isSlim } from '../network/slim.ts';
import { widthNetwork } from '../network/widthNetwork.ts';
import { FaultWatch } from '../webgpu/engine/fault.ts';
import { GpuInference } from '../webgpu/engine/inference.ts';
import { untuned } from '../webgpu/kernels/convolution/tuning.ts';
import { openInferenceGpu } from './openGpu.ts';

// This file is loaded only if there is an adapter, because Node cannot read the shaders that it imports.

/** Trained weights on a GPU, for evaluation. */
export interface GpuEncoder extends Pick<Engine, 'encode' | 'dispose'> {
  /** The adapter's name, and whether it is software. */
  readonly device: string;
}

/**
 * Every branch of trained weights on a GPU. Only the forward pass is compiled, when a branch is first asked
 * for.
 * @param chunk images of one forward pass
 * @throws Error if there is no adapter, EngineFault if the device fails
 */
export async function openGpuEncoder(
  { network, initial, evaluationNormalisation }: Omit<EngineSetup, 'images'>,
  chunk: number,
): Promise<GpuEncoder> {
  const { device, kind, name } = await openInferenceGpu();
  const faults = new FaultWatch(device);
  // Software compiles short tiles sooner, and what they cost in speed is less than that.
  const tuning = untuned(kind, kind === 'software' ? 'short' : 'long');
  const options = { tuning, skipClosed: false, normalisation: evaluationNormalisation };
  const compiled = new Map<Branch, Promise<GpuInference>>();
  const blank = (size: number): Images => ({
    count: chunk,
    size,
    pixels: new Uint8Array(chunk * size * size * 3),
  });
  const compiledOf = (branch: Branch, size: number) => {
    const frozen = isSlim(branch)
      ? widthNetwork(network, initial, branch)
      : branchNetwork(network, initial, branch);
    const known = compiled.get(branch) ?? GpuInference.open(device, frozen, blank(size), options);
    compiled.set(branch, known);
    return faults.guard(known);
  };
  const encodeChunk = async (images: Images, from: number, to: number, branch: Branch): Promise<Encoded> => {
    const inference = await compiledOf(branch, images.size);
    inference.show(images, from, to);
    const { features, gates } = await faults.guard(inference.encode());
    const [count, own] = [to - from, branchFeatures(network, branch)];
    return {
      features: firstColumns(features, network.features, own).slice(0, count * own),
      gates: gates.map((block) => block.slice(0, count * (block.length / chunk))),
    };
  };
  return {
    device: name,
    async encode(images, from, to, branch) {
      const parts: Encoded[] = [];
      for (let first = from; first < to; first += chunk)
        parts.push(await encodeChunk(images, first, Math.min(first + chunk, to), branch));
      return joined(parts);
    },
    dispose() {
      faults.dispose();
      device.destroy();
    },
  };
}

/** The first columns of each row. */
function firstColumns(values: Float32Array, columns: number, own: number): Float32Array {
  return own === columns ? values : values.filter((_, i) => i % columns < own);
}

function joined(parts: readonly Encoded[]): Encoded {
  if (parts.length === 1) return parts[0]!;
  return {
    features: Float32Array.from(parts.flatMap(({ features }) => Array.from(features))),
    gates: (parts[0]?.gates ?? []).map((_, l) =>
      Uint8Array.from(parts.flatMap(({ gates }) => Array.from(gates[l]!))),
    ),
  };
}
