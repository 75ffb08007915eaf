import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import { passTermsBeside } from '../golden/stepVectors.ts';
import { gateDraws, logisticNoise } from '../network/gateNoise.ts';
import { bufferSpecs, parameterSpecs } from '../network/parameters.ts';
import { SYSTEMS } from '../network/systems.ts';
import { useBackend } from './backend.ts';
import { differentiate, type StepData } from './differentiate.ts';
import { SIDE, tinySetup } from './engine.fixture.ts';
import { deviation, noise } from './numbers.fixture.ts';
import { norm } from './optimizer.ts';
import { fromTorch } from './tensors.ts';

const BATCH = 5;
const { network, objective, initial } = tinySetup();
const specs = parameterSpecs(network);
const draws = gateDraws(network, BATCH, 4).map(logisticNoise);
const view = (seed: number) => noise(seed, [BATCH, SIDE, SIDE, 3]);
const data: StepData = { batch: BATCH, views: [view(1), view(2)], noise: [draws, []] };
const settings = { ...objective, aim: 0.3, boundWidth: 0.9 } as const;
const start = specs.map((spec) => fromTorch(spec, initial.parameters.get(spec.name)!));

const lossAt = async (parameters: readonly Float32Array[]) =>
  (await differentiate(network, SYSTEMS['dual-gating'], specs, parameters, data, settings)).terms.loss;

beforeAll(async () => {
  await useBackend('wasm', NODE_PLACES);
});

describe('differentiate', () => {
  it('gives the slope of the loss along each layer’s gradient', async () => {
    const { gradients } = await differentiate(network, SYSTEMS['dual-gating'], specs, start, data, settings);
    // Gates are straight-through, so differences of the loss do not give their gradient.
    for (const name of ['projector.3.weight', 'projector.1.bias', 'backbone.layer4.1.conv2.weight']) {
      const at = specs.findIndex((spec) => spec.name === name);
      const length = norm(gradients[at]!);
      const step = 2e-3;
      const moved = (by: number) =>
        start.with(
          at,
          start[at]!.map((value, i) => value + (by * gradients[at]![i]!) / length),
        );
      const slope = ((await lossAt(moved(step))) - (await lossAt(moved(-step)))) / (2 * step);
      expect(slope / length, name).toBeGreaterThan(0.97);
      expect(slope / length, name).toBeLessThan(1.03);
    }
  });

  it('gives zeros where the loss does not reach, and numbers everywhere else', async () => {
    const { gradients } = await differentiate(network, SYSTEMS.vicreg, specs, start, data, settings);
    specs.forEach(({ name }, i) => {
      const unused = name.includes('mask_c') || name.includes('_s.');
      expect(
        gradients[i]!.every((value) => value === 0),
        name,
      ).toBe(unused);
    });
  });

  it('notes statistics of every BatchNorm, shared ones once per pass and the gated pass first', async () => {
    const { statistics } = await differentiate(network, SYSTEMS['dual-gating'], specs, start, data, settings);
    const layers = statistics.map(({ layer }) => layer);
    const counted = new Map<string, number>();
    for (const layer of layers) counted.set(layer, (counted.get(layer) ?? 0) + 1);
    const shared = /^(backbone\.bn1|projector\.[14]|.*downsample\.1)$/;
    for (const [layer, times] of counted) expect(times, layer).toBe(shared.test(layer) ? 2 : 1);
    const known = new Set(bufferSpecs(network).map(({ name }) => name.replace(/\.running_(mean|var)$/, '')));
    expect(new Set(layers)).toEqual(known);
    expect(layers.findIndex((layer) => layer.endsWith('_s'))).toBeLessThan(
      layers.findIndex((layer) => layer.endsWith('_t')),
    );
    const stem = statistics.filter(({ layer }) => layer === 'backbone.bn1');
    expect(stem.map(({ count }) => count)).toEqual([BATCH * SIDE * SIDE, BATCH * SIDE * SIDE]);
  });

  it('tells variance and covariance of each pass apart, as plain loops over its embedding give them', async () => {
    const { terms, probed } = await differentiate(
      network,
      SYSTEMS['dual-gating'],
      specs,
      start,
      data,
      settings,
      ({ passes: [first, second] }) => [first!.embedding, second!.embedding],
    );
    const shape = [BATCH, network.spec.projector.output];
    const [gated, dense] = probed.map((values) => ({ shape, values }));
    for (const [name, [got, expected]] of Object.entries(passTermsBeside(terms, [gated!, dense!]))) {
      expect(got, name).toBeCloseTo(expected, 5);
    }
    const { variance, covariance } = terms.byPass!;
    expect(variance[0] + variance[1]).toBeCloseTo(terms.variance, 6);
    expect(covariance[0] + covariance[1]).toBeCloseTo(terms.covariance, 6);
    expect(variance[0]).not.toBeCloseTo(variance[1], 4);
  });

  it.each(['dual-gating', 'vicreg-gating', 'vicreg'] as const)(
    'measures the gradient of each part of %s over all of its tensors',
    async (id) => {
      const twice: StepData = { ...data, noise: [draws, draws] };
      const { gradients, terms } = await differentiate(network, SYSTEMS[id], specs, start, twice, settings);
      const of = (part: RegExp) =>
        Math.hypot(...specs.flatMap(({ name }, i) => (part.test(name) ? [...gradients[i]!] : [])));
      const gates = id === 'vicreg' ? {} : { gates: of(/mask_c/) };
      expect(terms.gradientNorms).toEqual({
        encoder: expect.closeTo(of(/^backbone\.((?!mask_c).)*$/), 5),
        projector: expect.closeTo(of(/^projector/), 5),
        ...Object.fromEntries(Object.entries(gates).map(([name, value]) => [name, expect.closeTo(value, 5)])),
      });
    },
  );

  it('reads what a probe picks', async () => {
    const { probed } = await differentiate(
      network,
      SYSTEMS['dual-gating'],
      specs,
      start,
      data,
      settings,
      ({ passes: [first, second] }) => [second!.embedding, first!.gated!.gates[2]!],
    );
    expect(probed.map((values) => values.length)).toEqual([BATCH * 12, BATCH * network.blocks[2]!.channels]);
    expect(new Set(probed[1])).toEqual(new Set([0, 1]));
  });

  it('averages the budget terms of two gated passes, or sums them', async () => {
    const twice: StepData = { ...data, noise: [draws, gateDraws(network, BATCH, 9).map(logisticNoise)] };
    const terms = async (gatedLoss: 'sum' | 'mean') =>
      (
        await differentiate(network, SYSTEMS['vicreg-gating'], specs, start, twice, {
          ...settings,
          gatedLoss,
        })
      ).terms;
    const [sum, mean] = [await terms('sum'), await terms('mean')];
    expect(sum.budgetLoss).toBeCloseTo(2 * mean.budgetLoss, 5);
    expect(sum.boundLoss).toBeCloseTo(2 * mean.boundLoss, 5);
    expect(sum.macRatio).toBe(mean.macRatio);
  });

  it('of a dual step with equal views and open gates on shared BatchNorms sees one network', async () => {
    const { network: shared, initial: sharedInitial } = tinySetup({}, { bn: 'shared' });
    const sharedSpecs = parameterSpecs(shared);
    const open = shared.blocks.map(({ channels }) => new Float32Array(BATCH * channels).fill(100));
    const { terms, probed } = await differentiate(
      shared,
      SYSTEMS['dual-gating'],
      sharedSpecs,
      sharedSpecs.map((spec) => fromTorch(spec, sharedInitial.parameters.get(spec.name)!)),
      { batch: BATCH, views: [view(1), view(1)], noise: [open, []] },
      settings,
      ({ passes: [first, second] }) => [first!.features, second!.features],
    );
    expect(terms.invariance).toBeLessThan(1e-8);
    expect(deviation(probed[0]!, probed[1]!)).toBeLessThan(1e-5);
  });
});
