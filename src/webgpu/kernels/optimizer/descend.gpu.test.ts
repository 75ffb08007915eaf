import { beforeAll, describe, expect, it } from 'vitest';
import type { OptimizerSettings } from '../../../engine.ts';
import golden from '../../../golden/vectors/h_optim.json';
import { descend, LARS } from '../../../method/optimizer.ts';
import type { NetworkPart } from '../../../network/parameters.ts';
import { packStepScalars } from '../../../plan/stepScalars.ts';
import type { DescendTensor } from '../../../plan/tasks/lossTasks.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { goldenFloats, relativeError, scattered } from '../gate/gateRows.fixture.ts';
import type { Span } from '../kernel.ts';
import { descendDispatches, descendScratch, descendTable } from './descend.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

/** Slots of the ring, and quads of a slot. */
const [SLOTS, SLOT] = [3, 2];

interface Tensor {
  readonly values: Float32Array;
  readonly axes: number;
  readonly weightDecay: number;
  readonly part?: NetworkPart;
}

/** Tensors in one span, in whole quads, with some NaN between them that belongs to nobody. */
function place(tensors: readonly Tensor[]) {
  let end = 4;
  const places = tensors.map(({ values, axes, weightDecay, part = 'encoder' }): DescendTensor => {
    const offset = end;
    const length = Math.ceil(values.length / 4) * 4;
    end += length + 4;
    return { offset, length, axes, weightDecay, part };
  });
  const gather = (all: readonly Float32Array[]) => {
    const span = new Float32Array(end).fill(Number.NaN);
    places.forEach(({ offset, length }, i) => {
      span.fill(0, offset, offset + length).set(all[i]!, offset);
    });
    return span;
  };
  const split = (span: Float32Array) =>
    places.map(({ offset }, i) => span.slice(offset, offset + tensors[i]!.values.length));
  return { places, end, gather, split };
}

/** An optimiser on the GPU with its tensors' parameters and momenta. */
function optimiser(
  tensors: readonly Tensor[],
  optimizer: OptimizerSettings,
  momentaOf = (tensor: Tensor) => new Float32Array(tensor.values.length),
) {
  const { places, end, gather, split } = place(tensors);
  const parameters = on.input(gather(tensors.map(({ values }) => values)));
  const momenta = on.input(gather(tensors.map(momentaOf)));
  const table = on.input(descendTable(places));
  const ring = on.poisoned(4 * SLOTS * SLOT);
  const state = async (span: Span) => split(await on.floats(span, end));
  return {
    parameters: () => state(parameters),
    momenta: () => state(momenta),
    async step(all: readonly Float32Array[], learningRate: number, loss = 1, step = 0) {
      const scalars = { step, passSeeds: [0, 0], aim: 0, boundWidth: 0 } as const;
      await on.run(
        descendDispatches({
          parameters,
          momenta,
          gradients: on.input(gather(all)),
          tensors: places,
          optimizer,
          table,
          scratch: on.poisoned(descendScratch(places)),
          step: on.input(packStepScalars({ ...scalars, learningRate })),
          total: on.input(Float32Array.of(loss, 0, 0, 0)),
          norms: { ring, slots: SLOTS, quads: SLOT },
        }),
      );
    },
    /** What each slot of the ring holds, quad by quad. */
    ring: () => on.floats(ring, 4 * SLOTS * SLOT),
    async foreign() {
      const all = await on.floats(parameters, end);
      return places.map(({ offset, length }) => [all[offset - 1], all[offset + length]]);
    },
  };
}

describe.each(golden.optim)('golden optimiser $name', (file) => {
  it('takes the steps that the authors’ does', async () => {
    const names = Object.keys(file.params) as (keyof typeof file.params)[];
    const tensors = names.map((name): Tensor => {
      const { shape } = file.params[name];
      return {
        values: goldenFloats(file.params[name]),
        axes: shape.length,
        weightDecay: file.weight_decay,
      };
    });
    const lars = { eta: file.eta, clip: file.clip, exclude1d: file.exclude_1d };
    const settings = {
      momentum: file.momentum,
      weightDecay: file.weight_decay,
      lars: file.lars ? lars : null,
    };
    const gpu = optimiser(tensors, settings);
    for (const [step, gradients] of file.grads.entries()) {
      await gpu.step(
        names.map((name) => goldenFloats(gradients[name])),
        file.lr,
      );
      const got = await gpu.parameters();
      names.forEach((name, i) => {
        const after = goldenFloats(file.params_after[step]![name]);
        expect(relativeError(got[i]!, after), `${name} after step ${step + 1}`).toBeLessThan(2e-7);
      });
    }
  });
});

/** Sizes of nothing special, of a chunk and around it, of several chunks. */
const odd: readonly Tensor[] = [1, 3, 63, 65, 4096, 4095, 4100, 20_001].map((length, i) => ({
  values: scattered(length, 1 + 1000 * i),
  axes: [1, 2, 4][i % 3]!,
  weightDecay: i % 2 === 0 ? 0.01 : 0,
}));
const gradientsOf = (tensors: readonly Tensor[], size = 1) =>
  tensors.map(({ values }, i) => scattered(values.length, 77 + 999 * i).map((value) => size * value));
const momentaOf = ({ values }: Tensor) => scattered(values.length, 5);

describe.each<readonly [string, OptimizerSettings['lars'], number]>([
  ['plain', null, 0.1],
  ['LARS', LARS, 0.1],
  ['LARS without its clip', { ...LARS, clip: false }, 0.1],
  ['LARS on every tensor', { ...LARS, exclude1d: false }, 0.001],
  ['LARS at a learning rate of 0', LARS, 0],
])('%s', (_, lars, learningRate) => {
  const settings: OptimizerSettings = { momentum: 0.9, weightDecay: 0.01, lars };

  it('moves every tensor as the reference does, and nothing beside them', async () => {
    const tensors = [
      ...odd,
      { values: new Float32Array(8), axes: 2, weightDecay: 0.01 },
      { values: scattered(8), axes: 2, weightDecay: 0.01 },
    ];
    const gradients = gradientsOf(tensors);
    gradients.at(-1)!.fill(0);
    const gpu = optimiser(tensors, settings, momentaOf);
    await gpu.step(gradients, learningRate);
    const [parameters, momenta] = [await gpu.parameters(), await gpu.momenta()];
    tensors.forEach((tensor, i) => {
      const slot = { ...tensor, values: tensor.values.slice(), momentum: momentaOf(tensor) };
      descend(slot, gradients[i]!, learningRate, settings);
      expect(relativeError(momenta[i]!, slot.momentum), `momentum of tensor ${i}`).toBeLessThan(1e-6);
      expect(relativeError(parameters[i]!, slot.values), `tensor ${i}`).toBeLessThan(1e-6);
    });
    for (const neighbours of await gpu.foreign()) expect(neighbours).toEqual([Number.NaN, Number.NaN]);
  });
});

const settings: OptimizerSettings = { momentum: 0.9, weightDecay: 0.01, lars: LARS };

it.each([
  ['LARS', LARS, 1],
  ['plain steps', null, 1],
  ['a loss that is no number', LARS, Number.NaN],
] as const)('measures the gradient of each part of the network, with %s', async (_, lars, loss) => {
  const parts = ['encoder', 'projector', 'gates'] as const;
  const many = Array.from({ length: 9 }, () => odd).flat();
  const tensors = many.map((tensor, i): Tensor => ({ ...tensor, part: parts[i % 3]! }));
  const gradients = gradientsOf(tensors);
  const gpu = optimiser(tensors, { ...settings, lars });
  await gpu.step(gradients, 0.1, loss, 7);
  const ring = await gpu.ring();
  // Step 7 is in slot 1, whose last quad is the fourth of the ring.
  const got = ring.subarray(12, 16);
  const squares = [0, 0, 0];
  gradients.forEach((gradient, i) => {
    squares[i % 3]! += gradient.reduce((sum, value) => sum + value * value, 0);
  });
  expect(relativeError(got.subarray(0, 3), squares)).toBeLessThan(1e-6);
  expect(ring.filter((_, i) => i < 12 || i >= 16).every(Number.isNaN)).toBe(true);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'changes nothing at a loss of %d',
  async (loss) => {
    const gpu = optimiser(odd, settings, momentaOf);
    await gpu.step(gradientsOf(odd), 0.1, loss);
    expect(await gpu.parameters()).toEqual(odd.map(({ values }) => values));
    expect(await gpu.momenta()).toEqual(odd.map(momentaOf));
    await gpu.step(gradientsOf(odd), 0.1, 3e38);
    expect(await gpu.parameters()).not.toEqual(odd.map(({ values }) => values));
  },
);

it('measures four million weights to 1e-5', async () => {
  const length = 1 << 22;
  // Far from 0 on average: one running sum in float32 would lose digits.
  const large = { values: scattered(length).map((value) => value + 3), axes: 2, weightDecay: 0 };
  const gradient = scattered(length, 9).map((value) => 0.1 * value + 1);
  const gpu = optimiser([large], settings);
  await gpu.step([gradient], 0.5);
  const slot = { ...large, values: large.values.slice(), momentum: new Float32Array(length) };
  const scale = descend(slot, gradient, 0.5, settings);
  expect(scale).toBeLessThan(0.9);
  const [momentum] = await gpu.momenta();
  expect(relativeError([momentum![5]!], [scale * gradient[5]!])).toBeLessThan(1e-6);
  expect(relativeError((await gpu.parameters())[0]!.subarray(-9), slot.values.subarray(-9))).toBeLessThan(
    1e-6,
  );
});
