import { expect, it } from 'vitest';
import { buildNetwork } from '../network/layers.ts';
import { parameterSpecs, sizeOf } from '../network/parameters.ts';
import { gradientCosine, gradientRatios } from './imbalance.ts';

const network = buildNetwork({
  input: 12,
  width: 8,
  stem: 'cifar',
  stemPadding: 1,
  gated: false,
  bn: 'shared',
  projector: { hidden: 16, output: 8 },
  slim: ['slim50', 'slim25'],
  slimProjector: true,
});

/** Gradients whose values depend on their place in [out, in]. */
function gradients(value: (out: number, into: number, share: { out: number; into: number }) => number) {
  return new Map(
    parameterSpecs(network).map(({ name, shape }) => {
      const [outs, ins = 1] = shape as [number, number?];
      const kernel = sizeOf(shape) / (outs * ins);
      const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
        const [o, c] = [Math.floor(i / (ins * kernel)), Math.floor(i / kernel) % ins];
        return value(o, c, { out: o / outs, into: c / ins });
      });
      return [name, values];
    }),
  );
}

it('gradients of one size everywhere give each layer the root of its number of weights', () => {
  const { full, rest } = gradientRatios(
    network,
    gradients(() => 1e-3),
    'slim25',
  );
  // All layers but the stem (3 inputs of 3) and the embedding (8 outputs of 8) have a sixteenth of their
  // weights in the part.
  const layers = parameterSpecs(network).filter(({ shape }) => shape.length > 1);
  const sizes = layers.map(({ shape }) => Math.sqrt(sizeOf(shape)));
  const parts = layers.map(
    ({ name }, i) => sizes[i]! / (['backbone.conv1.weight', 'projector.6.weight'].includes(name) ? 2 : 4),
  );
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const ratio = sum(sizes) / sum(parts);
  expect(full).toBeCloseTo(ratio, 4);
  expect(full).toBeGreaterThan(3.5);
  expect(rest).toBeCloseTo(Math.sqrt(ratio ** 2 - 1), 4);
});

it('a gradient within the narrow width leaves nothing to the rest', () => {
  const inside = gradients((_o, _i, { out, into }) => (out < 0.25 && into < 0.25 ? 1 : 0));
  const { full, rest } = gradientRatios(network, inside, 'slim25');
  expect(full).toBeCloseTo(1, 6);
  expect(rest).toBeCloseTo(0, 6);
});

it('cosines look at the shared slice only', () => {
  const one = gradients((o, i) => 1 + o - i);
  const opposite = gradients((o, i, { out, into }) => (out < 0.5 && into < 0.5 ? -1 - o + i : 99));
  // The stem has every input and the embedding every output, so other values count there.
  const sliced = gradients((o, i) => -1 - o + i);
  expect(gradientCosine(network, one, one, 'dense')).toBeCloseTo(1, 6);
  expect(gradientCosine(network, one, sliced, 'slim50')).toBeCloseTo(-1, 6);
  expect(gradientCosine(network, one, opposite, 'dense')).toBeGreaterThan(-0.9);
  expect(
    gradientCosine(
      network,
      one,
      gradients(() => 0),
      'slim50',
    ),
  ).toBeNaN();
});

it('refuses gradients of another network', () => {
  const other = new Map([...gradients(() => 1)].map(([name, values]) => [name, values.subarray(1)]));
  expect(() => gradientRatios(network, other, 'slim25')).toThrow('must have');
});
