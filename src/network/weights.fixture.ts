import type { Branch } from '../metrics.ts';
import { stream } from '../random.ts';
import { initialBuffers, initialParameters, sizeOf } from './parameters.ts';
import { branchFeatures } from './slim.ts';
import { type Architecture, bytesFile, tensorFile, type WeightsFile } from './weights.ts';
import { networkOfWeights, weightsSpecs } from './weightsCheck.ts';

const DUAL: Architecture = {
  ...{ name: 'resnet18-gated', input: 12, width: 4, stem: 'cifar', stemPadding: 1 },
  ...{ gated: true, bn: 'separate', projector: { hidden: 8, output: 8 } },
  ...{ slim: [], slimProjector: false, minBottleneck: 1, branches: ['gated', 'dense'] },
  ...{ mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2], bnEpsilon: 1e-5 },
};

/**
 * The first weights of a seed for a network of width 4, with two made-up images, features and gates as
 * parity.
 */
export function tinyWeights(change: Partial<Architecture> = {}): WeightsFile {
  const architecture = { ...DUAL, ...change };
  const network = networkOfWeights(architecture);
  const values = new Map([...initialParameters(network, stream(3, 'init')), ...initialBuffers(network)]);
  const { input, inner } = architecture;
  const made = (length: number, of: (i: number) => number) => Uint8Array.from({ length }, (_, i) => of(i));
  const features = (branch: Branch) => {
    const shape = [2, branchFeatures(network, branch)];
    return tensorFile(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => i / 7),
    );
  };
  return {
    format: 'dualgate-weights',
    version: 1,
    architecture,
    tensors: Object.fromEntries(
      weightsSpecs(architecture).map(({ name, shape }) => [
        name,
        tensorFile(shape, values.get(name)!.subarray(0, sizeOf(shape))),
      ]),
    ),
    parity: {
      images: bytesFile(
        [2, input, input, 3],
        made(2 * input * input * 3, (i) => i % 251),
      ),
      features: Object.fromEntries(architecture.branches.map((branch) => [branch, features(branch)])),
      ...(architecture.gated && {
        gates: Object.fromEntries(
          network.blocks.map(({ name, channels }, l) => {
            const count = inner?.[l] ?? channels;
            return [
              name,
              bytesFile(
                [2, count],
                made(2 * count, (i) => i % 2),
              ),
            ];
          }),
        ),
      }),
    },
  };
}
