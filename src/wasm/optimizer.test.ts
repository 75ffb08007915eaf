import { describe, expect, it } from 'vitest';
import type { OptimizerSettings } from '../engine.ts';
import golden from '../golden/vectors/h_optim.json';
import { LARS, descend as reference } from '../method/optimizer.ts';
import { packStepScalars } from '../plan/stepScalars.ts';
import { type DescendTensor, PARTS } from '../plan/tasks/lossTasks.ts';
import { goldenFloats } from '../webgpu/kernels/gate/gateRows.fixture.ts';
import { Bench, drawn, OWN_BUILDS, worst } from './kernels.fixture.ts';
import { descend, descendTables } from './optimizer.ts';
import { RESULT_BYTES } from './terms.ts';

interface Tensor {
  readonly values: Float32Array;
  readonly axes: number;
  readonly weightDecay: number;
}

/** Parts of the network, which the tensors of a test belong to in turn. */
const OWNERS = [2, 0, 1] as const;

/** Sizes of nothing special, of a chunk and around it, of several chunks; no weights; no gradient. */
const ODD: readonly Tensor[] = [1, 3, 63, 65, 4096, 4095, 4100, 20_001, 8, 8].map((length, i) => ({
  values: drawn(length, 1 + i).map((value) => (i === 8 ? 0 : value)),
  axes: [1, 2, 4][i % 3]!,
  weightDecay: i % 2 === 0 ? 0.01 : 0,
}));
const gradientsOf = (tensors: readonly Tensor[]) =>
  tensors.map(({ values }, i) => drawn(values.length, 77 + i).map((value) => (i === 9 ? 0 : value)));
const momentaOf = ({ values }: Tensor) => drawn(values.length, 5);

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build);

  /** Tensors in arrays with some NaN between them that belongs to nobody. */
  function optimiser(
    tensors: readonly Tensor[],
    { momentum, lars }: OptimizerSettings,
    momentaFrom: (tensor: Tensor) => Float32Array,
  ) {
    bench.clear();
    let end = 4;
    const places = tensors.map(({ values, axes, weightDecay }, i): DescendTensor => {
      const offset = end;
      const length = Math.ceil(values.length / 4) * 4;
      end += length + 4;
      return { offset, length, axes, weightDecay, part: PARTS[OWNERS[i % 3]!]! };
    });
    const gather = (all: readonly Float32Array[]) => {
      const array = new Float32Array(end).fill(Number.NaN);
      places.forEach(({ offset, length }, i) => {
        array.fill(0, offset, offset + length).set(all[i]!, offset);
      });
      return array;
    };
    const split = (at: number) => {
      const array = bench.read(at, 4 * end);
      return places.map(({ offset }, i) => array.slice(offset, offset + tensors[i]!.values.length));
    };
    const tables = descendTables(places);
    const table = (rows: Uint32Array) => ({
      at: bench.place(new Float32Array(rows.buffer)),
      count: rows.length / 4,
    });
    const parameters = bench.place(gather(tensors.map(({ values }) => values)));
    const momenta = bench.place(gather(tensors.map(momentaFrom)));
    const [chunks, rows] = [table(tables.chunks), table(tables.tensors)];
    const scratch = { squares: bench.room(16 * chunks.count), scales: bench.room(8 * rows.count) };
    const result = bench.room(RESULT_BYTES);
    return {
      parameters: () => split(parameters),
      /** The step's results. */
      result: () => [...bench.read(result, RESULT_BYTES)],
      momenta: () => split(momenta),
      /** Floats between the tensors that are still NaN. */
      foreign: () => {
        const array = bench.read(parameters, 4 * end);
        return places.flatMap(({ offset, length }) => [array[offset - 1]!, array[offset + length]!]);
      },
      step(gradients: readonly Float32Array[], learningRate: number, loss = 1, parts = 1) {
        const step = bench.place(
          packStepScalars({ step: 0, passSeeds: [0, 0], aim: 0, boundWidth: 0, learningRate }),
        );
        const at = { parameters, momenta, result, gradients: bench.place(gather(gradients)) };
        const total = bench.place(Float32Array.of(loss));
        const calls = descend({ ...at, chunks, tensors: rows, ...scratch, step, total, momentum, lars });
        bench.runSplit(parts, ...calls);
      },
    };
  }

  it.each(golden.optim.map((file) => [file.name, file] as const))(
    'take the steps of golden %s',
    (_name, file) => {
      const names = Object.keys(file.params) as (keyof typeof file.params)[];
      const tensors = names.map(
        (name): Tensor => ({
          values: goldenFloats(file.params[name]),
          axes: file.params[name].shape.length,
          weightDecay: file.weight_decay,
        }),
      );
      const lars = { eta: file.eta, clip: file.clip, exclude1d: file.exclude_1d };
      const settings = {
        momentum: file.momentum,
        weightDecay: file.weight_decay,
        lars: file.lars ? lars : null,
      };
      const own = optimiser(tensors, settings, ({ values }) => new Float32Array(values.length));
      for (const [step, gradients] of file.grads.entries()) {
        own.step(
          names.map((name) => goldenFloats(gradients[name])),
          file.lr,
        );
        const got = own.parameters();
        names.forEach((name, i) => {
          const after = goldenFloats(file.params_after[step]![name]);
          expect(worst(got[i]!, after), `${name} after step ${step + 1}`).toBeLessThan(3e-7);
        });
      }
    },
  );

  it.each<readonly [string, OptimizerSettings['lars'], number]>([
    ['plain', null, 0.1],
    ['LARS', LARS, 0.1],
    ['LARS without its clip', { ...LARS, clip: false }, 0.1],
    ['LARS on every tensor', { ...LARS, exclude1d: false }, 0.001],
    ['LARS at a learning rate of 0', LARS, 0],
  ])('move every tensor as the reference does: %s', (_name, lars, learningRate) => {
    const settings = { momentum: 0.9, weightDecay: 0.01, lars };
    const outcome = (parts: number) => {
      const own = optimiser(ODD, settings, momentaOf);
      own.step(gradientsOf(ODD), learningRate, 1, parts);
      expect(own.foreign().every(Number.isNaN)).toBe(true);
      return { parameters: own.parameters(), momenta: own.momenta(), result: own.result() };
    };
    const got = outcome(1);
    ODD.forEach((tensor, i) => {
      const slot = { ...tensor, values: tensor.values.slice(), momentum: momentaOf(tensor) };
      reference(slot, gradientsOf(ODD)[i]!, learningRate, settings);
      expect(worst(got.momenta[i]!, slot.momentum), `momentum of tensor ${i}`).toBeLessThan(1e-6);
      expect(worst(got.parameters[i]!, slot.values), `tensor ${i}`).toBeLessThan(1e-6);
    });
    const squares = [0, 0, 0, 0];
    gradientsOf(ODD).forEach((gradient, i) => {
      for (const value of gradient) squares[OWNERS[i % 3]!]! += value ** 2;
    });
    expect(got.result.slice(0, 20).every(Number.isNaN)).toBe(true);
    expect(worst(got.result.slice(20), squares)).toBeLessThan(1e-7);
    expect(got.result[23]).toBe(0);
    expect(outcome(3)).toEqual(got);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'change nothing at a loss of %d',
    (loss) => {
      const own = optimiser(ODD, { momentum: 0.9, weightDecay: 0.01, lars: LARS }, momentaOf);
      own.step(gradientsOf(ODD), 0.1, loss);
      expect(own.parameters()).toEqual(ODD.map(({ values }) => values));
      expect(own.momenta()).toEqual(ODD.map(momentaOf));
      own.step(gradientsOf(ODD), 0.1, 3e38);
      expect(own.parameters()).not.toEqual(ODD.map(({ values }) => values));
    },
  );
});

it('a tensor that is not in whole quads is refused', () => {
  const tensor = { offset: 4, length: 6, axes: 1, weightDecay: 0, part: 'encoder' } as const;
  expect(() => descendTables([tensor])).toThrow('whole quads, got 6 floats at 4');
});
