import { describe, expect, it } from 'vitest';
import { tinyWeights } from './weights.fixture.ts';
import { bytesFile, tensorFile, tensorValues, type WeightsFile, WeightsFileError } from './weights.ts';
import { checkWeights, weightsSpecs } from './weightsCheck.ts';

const weights = tinyWeights();
const CONV = 'backbone.layer1.0.conv1.weight';
const VAR = 'backbone.bn1.running_var';

function withTensor(name: string, change: (values: Float32Array) => void): WeightsFile {
  const { shape } = weights.tensors[name]!;
  const values = tensorValues(weights.tensors[name]!);
  change(values);
  return { ...weights, tensors: { ...weights.tensors, [name]: tensorFile(shape, values) } };
}

const point = { budget: 0.2, shift: -0.75, calibrated: 0.201, macRatio: 0.19 };
const gated = tinyWeights();
const dense = tinyWeights({ gated: false, bn: 'shared', branches: ['dense'] });

describe('weights that hold together', () => {
  it.each([
    ['two branches', {}],
    ['one gated branch', { bn: 'shared', branches: ['gated'] }],
    ['a dense network', { gated: false, bn: 'shared', branches: ['dense'] }],
    ['narrow widths', { gated: false, bn: 'shared', slim: ['slim50'], branches: ['slim50', 'dense'] }],
    ['ImageNet’s stem', { stem: 'imagenet', input: 32 }],
    ['a gated branch at another budget', { bn: 'shared', branches: ['gated'], gateShift: -0.5 }],
    ['a slice', { bn: 'shared', branches: ['gated'], inner: [4, 0, 3, 8, 16, 1, 32, 5] }],
  ] as const)('pass: %s', (_, change) => {
    expect(() => checkWeights(tinyWeights(change))).not.toThrow();
  });

  it('of a slice have as many channels between the convolutions as stayed', () => {
    const { architecture } = tinyWeights({
      ...{ gated: false, bn: 'shared', branches: ['dense'], inner: [1, 2, 3, 4, 5, 6, 7, 0] },
    });
    const shapes = new Map(weightsSpecs(architecture).map(({ name, shape }) => [name, shape]));
    expect(shapes.get('backbone.layer1.1.conv1.weight')).toEqual([2, 4, 3, 3]);
    expect(shapes.get('backbone.layer1.1.conv2.weight')).toEqual([4, 2, 3, 3]);
    expect(shapes.get('backbone.layer4.1.bn1.running_var')).toEqual([0]);
    expect(shapes.get('backbone.layer4.1.bn2.running_var')).toEqual([32]);
    expect(shapes.get('backbone.layer2.0.downsample.0.weight')).toEqual([8, 4, 1, 1]);
  });
});

describe('weights are refused in words', () => {
  const architecture = (change: object): WeightsFile => ({
    ...weights,
    architecture: { ...weights.architecture, ...change },
  });
  const { [CONV]: _, ...lacking } = weights.tensors;
  const parity = weights.parity!;
  it.each([
    ['with a width of one channel', architecture({ width: 1 }), /width must be .* 2 to 64, got 1/],
    ['with a width of millions', architecture({ width: 4_000_000 }), /width must be .* 2 to 64, got 4000000/],
    [
      'with a giant projector',
      architecture({ projector: { hidden: 1e9, output: 8 } }),
      /projector.hidden must be/,
    ],
    ['with images of nothing', architecture({ input: 0 }), /input must be .* 8 to 512, got 0/],
    ['without branches', architecture({ branches: [] }), /1 to 10 different branches/],
    ['with a gated branch and no gates', architecture({ gated: false }), /architecture.gated must say/],
    [
      'with a narrow branch that it does not list',
      architecture({ slim: ['slim50'] }),
      /architecture.slim must be/,
    ],
    ['with a std of 0', architecture({ std: [0, 1, 1] }), /std above 0/],
    ['with a shift of no use', architecture({ gateShift: 65 }), /gateShift must be from −64 to 64, got 65/],
    ['with budgets of no gates', { ...dense, budgets: [point] }, /budgets belong to a network with all/],
    ['with budgets in no order', { ...gated, budgets: [point, point] }, /in their order.* got 0.2 after 0.2/],
    [
      'with a budget’s shift of no use',
      { ...gated, budgets: [{ ...point, shift: 65 }] },
      /from −64 to 64, got 65/,
    ],
    [
      'with a budget’s share that is none',
      { ...gated, budgets: [{ ...point, macRatio: -1 }] },
      /macRatio of a budget must be from 0 to 2, got -1/,
    ],
    [
      'with more budgets than a dial has',
      { ...gated, budgets: Array.from({ length: 101 }, (_, i) => ({ ...point, budget: (i + 1) / 101 })) },
      /at most 100, got 101/,
    ],
    [
      'with a shift of no gates',
      tinyWeights({ gated: false, bn: 'shared', branches: ['dense'], gateShift: 1 }),
      /gateShift belongs to gates/,
    ],
    ['with an epsilon of NaN', architecture({ bnEpsilon: Number.NaN }), /bnEpsilon must be above 0/],
    [
      'sliced wider than it is',
      architecture({ inner: [5, 4, 8, 8, 16, 16, 32, 32] }),
      /inner must be at most/,
    ],
    ['of another width', architecture({ width: 8 }), /must have shape \[2, 8, 1, 1\]|must have shape/],
    [
      'with a tensor missing',
      { ...weights, tensors: lacking },
      new RegExp(`${CONV} of shape \\[4, 4, 3, 3\\] is missing`),
    ],
    [
      'with tensors that nobody knows',
      {
        ...weights,
        tensors: { ...weights.tensors, a: weights.tensors[CONV]!, ['b'.repeat(99)]: weights.tensors[CONV]! },
      },
      /no tensor called a, b+…/,
    ],
    [
      'with NaN',
      withTensor(CONV, (v) => {
        v[5] = Number.NaN;
      }),
      new RegExp(`${CONV} must be finite, got NaN at place 5`),
    ],
    [
      'with infinity',
      withTensor(CONV, (v) => {
        v[0] = Number.POSITIVE_INFINITY;
      }),
      /must be finite, got Infinity/,
    ],
    [
      'with a negative variance',
      withTensor(VAR, (v) => {
        v[1] = -1;
      }),
      /running_var must be at least 0, got -1/,
    ],
    [
      'with too little base64',
      { ...weights, tensors: { ...weights.tensors, [CONV]: { ...weights.tensors[CONV]!, data: 'AAAA' } } },
      /must be 768 letters of base64, got 4/,
    ],
    [
      'with garbage for base64',
      {
        ...weights,
        tensors: { ...weights.tensors, [CONV]: { ...weights.tensors[CONV]!, data: '*'.repeat(768) } },
      },
      /must be base64/,
    ],
    [
      'with parity images of another size',
      { ...weights, parity: { ...parity, images: bytesFile([1, 1, 1, 3], Uint8Array.of(1, 2, 3)) } },
      /parity.images must have shape \[1, 12, 12, 3\]/,
    ],
    [
      'with features of a branch that it lacks',
      { ...weights, parity: { ...parity, features: { slim50: parity.features.dense! } } },
      /parity.features must be of its branches/,
    ],
    [
      'with gates of one block only',
      { ...weights, parity: { ...parity, gates: { 'layer1.0': parity.gates!['layer1.0']! } } },
      /of every block/,
    ],
    [
      'with a gate of 2',
      {
        ...weights,
        parity: {
          ...parity,
          gates: { ...parity.gates, 'layer1.0': bytesFile([2, 4], new Uint8Array(8).fill(2)) },
        },
      },
      /must be 0 or 1/,
    ],
  ] as const)('%s', (_, file, says) => {
    expect(() => checkWeights(file)).toThrow(WeightsFileError);
    expect(() => checkWeights(file)).toThrow(says);
  });
});
