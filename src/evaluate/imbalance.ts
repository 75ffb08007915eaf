import type { Branch, GradientRow, SlimBranch } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import {
  type NamedTensors,
  namedTensor,
  parameterSpecs,
  projectorUnits,
  sizeOf,
} from '../network/parameters.ts';
import { branchChannels, branchFeatures } from '../network/slim.ts';

// These numbers say how evenly the gradients of a slimmable network are spread, and whether its widths pull
// in the same direction (Zhao et al. 2024, §3.1 and the authors' get_grad_norm). Only weights of convolutions
// and linear layers count.

/** The most that a layer's norm may count (the authors' clamp). */
const LARGEST = 1000;

/**
 * Compares two gradient norms. G(w) is the mean over layers of ‖∂L/∂θ_w‖₂ on the part of the weights that the
 * narrowest width has, and G(1) is that of the full width. r_full = G(1) / G(w), and r_rest = √(G(1)² −
 * G(w)²) / G(w) for the weights outside of the part.
 * @param gradients gradients of the whole loss, in PyTorch's layouts
 */
export function gradientRatios(
  network: Network,
  gradients: NamedTensors,
  narrowest: SlimBranch,
): Pick<GradientRow, 'full' | 'rest'> {
  const all = meanNorm(network, gradients, 'dense');
  const slice = meanNorm(network, gradients, narrowest);
  return { full: all / slice, rest: Math.sqrt(Math.max(0, all * all - slice * slice)) / slice };
}

/** Cosine between two gradients on the part of the weights that a branch has; NaN if one of them is 0. */
export function gradientCosine(network: Network, a: NamedTensors, b: NamedTensors, branch: Branch): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (const { name, size, places } of slices(network, branch)) {
    const [x, y] = [namedTensor(a, name, size), namedTensor(b, name, size)];
    for (const place of places()) {
      const [p, q] = [x[place]!, y[place]!];
      dot += p * q;
      aa += p * p;
      bb += q * q;
    }
  }
  return dot / Math.sqrt(aa * bb);
}

function meanNorm(network: Network, gradients: NamedTensors, branch: Branch): number {
  const norms = slices(network, branch).map(({ name, size, places }) => {
    const values = namedTensor(gradients, name, size);
    let sum = 0;
    for (const place of places()) sum += values[place]! ** 2;
    return Math.min(LARGEST, Math.sqrt(sum));
  });
  return norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
}

interface WeightSlice {
  readonly name: string;
  /** Number of values of the whole tensor. */
  readonly size: number;
  /** Indices of the part's values in it. */
  places(): Iterable<number>;
}

/** The part that a branch has of every convolution and linear weight [out, in, …]. */
function slices(network: Network, branch: Branch): WeightSlice[] {
  return parameterSpecs(network)
    .filter(({ shape }) => shape.length > 1)
    .map(({ name, shape }) => {
      const [out, into] = shape as readonly [number, number];
      const kernel = sizeOf(shape) / (out * into);
      const [outputs, inputs] = kept(network, name, out, into, branch);
      return {
        name,
        size: sizeOf(shape),
        *places() {
          for (let o = 0; o < outputs; o++) {
            for (let i = 0; i < inputs * kernel; i++) yield o * into * kernel + i;
          }
        },
      };
    });
}

/**
 * Outputs and inputs of a weight that a branch has. The stem reads all colours, and the embedding keeps all
 * dimensions.
 */
function kept(
  network: Network,
  name: string,
  out: number,
  into: number,
  branch: Branch,
): readonly [outputs: number, inputs: number] {
  const units = projectorUnits(network, branch);
  switch (name) {
    case 'backbone.conv1.weight':
      return [branchChannels(out, branch), into];
    case 'projector.0.weight':
      return [units, branchFeatures(network, branch)];
    case 'projector.3.weight':
      return [units, units];
    case 'projector.6.weight':
      return [out, units];
    default:
      return [branchChannels(out, branch), branchChannels(into, branch)];
  }
}
