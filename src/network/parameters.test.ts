import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { buildNetwork, type NetworkSpec } from './layers.ts';
import {
  blockBn,
  bufferSpecs,
  initialBuffers,
  initialParameters,
  type ParameterSpec,
  parameterSpecs,
  sizeOf,
  weightDecayOf,
} from './parameters.ts';

function network(change: Partial<NetworkSpec> = {}) {
  return buildNetwork({
    input: 32,
    width: 8,
    stem: 'cifar',
    stemPadding: 2,
    gated: true,
    bn: 'separate',
    projector: { hidden: 32, output: 32 },
    ...change,
  });
}

const golden: { order: string[]; params: Record<string, { shape: number[] }> } = JSON.parse(
  readFileSync(new URL('../golden/vectors/e_weights.json', import.meta.url), 'utf8'),
);
const buffersAfter: { buffers_after: Record<string, { shape: number[] }> } = JSON.parse(
  readFileSync(new URL('../golden/vectors/e_dual_step.json', import.meta.url), 'utf8'),
);

const countOf = (specs: readonly ParameterSpec[], which: (name: string) => boolean = () => true) =>
  specs.reduce((sum, { name, shape }) => sum + (which(name) ? sizeOf(shape) : 0), 0);

describe('weightDecayOf', () => {
  const decayed = (lars: Parameters<typeof weightDecayOf>[1]['lars']) =>
    parameterSpecs(network()).filter((spec) => weightDecayOf(spec, { weightDecay: 0.1, lars }) > 0);

  it('spares gates, biases and BatchNorms, under plain SGD and under the authors’ LARS', () => {
    const expected = parameterSpecs(network())
      .map(({ name }) => name)
      .filter((name) => !/mask_c|bn|downsample\.1|projector\.[14]|bias/.test(name));
    expect(decayed(null).map(({ name }) => name)).toEqual(expected);
    expect(decayed({ exclude1d: true }).map(({ name }) => name)).toEqual(expected);
  });

  it('spares gates alone where LARS scales every tensor', () => {
    const gates = parameterSpecs(network()).filter(({ gate }) => gate);
    expect(gates.length).toBeGreaterThan(0);
    expect(decayed({ exclude1d: false })).toHaveLength(parameterSpecs(network()).length - gates.length);
  });
});

describe('parameterSpecs', () => {
  it('has the authors’ names in the authors’ order, with their shapes', () => {
    const specs = parameterSpecs(network());
    expect(specs.map(({ name }) => name)).toEqual(golden.order);
    for (const { name, shape } of specs) expect(shape, name).toEqual(golden.params[name]!.shape);
  });

  it('counts the paper’s parameters', () => {
    const paper = { width: 64, projector: { hidden: 2048, output: 2048 } };
    const specs = parameterSpecs(network(paper));
    const backbone = countOf(specs, (name) => name.startsWith('backbone'));
    expect(backbone).toBe(11_417_888);
    expect(countOf(specs, (name) => name.includes('mask_c'))).toBe(241_376);
    expect(countOf(specs, (name) => name.startsWith('projector'))).toBe(9_451_520);
    expect(countOf(specs) - countOf(parameterSpecs(network({ ...paper, bn: 'shared' })))).toBe(7_680);
  });

  it('marks gates, and has none in a network without them', () => {
    const specs = parameterSpecs(network());
    expect(specs.filter(({ gate }) => gate).length).toBe(8 * 4);
    expect(specs.every(({ name, gate }) => gate === name.includes('mask'))).toBe(true);
    expect(parameterSpecs(network({ gated: false })).some(({ name }) => name.includes('mask'))).toBe(false);
  });

  it('gives the ImageNet stem a 7 × 7 kernel', () => {
    expect(parameterSpecs(network({ stem: 'imagenet' }))[0]!.shape).toEqual([8, 3, 7, 7]);
  });
});

describe('bufferSpecs', () => {
  it('has a mean and a variance of every BatchNorm, under the authors’ names', () => {
    const specs = bufferSpecs(network());
    expect(new Set(specs.map(({ name }) => name))).toEqual(new Set(Object.keys(buffersAfter.buffers_after)));
    for (const { name, shape } of specs) {
      expect(shape, name).toEqual(buffersAfter.buffers_after[name]!.shape);
    }
  });

  it('starts at mean 0 and variance 1', () => {
    for (const [name, values] of initialBuffers(network())) {
      expect(new Set(values), name).toEqual(new Set([name.endsWith('running_var') ? 1 : 0]));
    }
  });
});

describe('initialParameters', () => {
  const draw = (seed: number, change: Partial<NetworkSpec> = {}) =>
    initialParameters(network(change), stream(seed, 'init'));

  it('is the same for the same seed, and another for another', () => {
    expect([...draw(1)]).toEqual([...draw(1)]);
    expect(draw(1).get('projector.0.bias')).not.toEqual(draw(2).get('projector.0.bias'));
  });

  it('gives encoder and projector the same values with and without gates', () => {
    const gated = draw(1);
    for (const [name, values] of draw(1, { gated: false })) expect(gated.get(name)).toEqual(values);
  });

  it('draws convolutions from N(0, 2 / fan-out)', () => {
    const values = draw(4).get('backbone.layer4.1.conv2.weight')!;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    const expected = 2 / (64 * 9);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(expected / values.length));
    expect(variance / expected).toBeGreaterThan(0.97);
    expect(variance / expected).toBeLessThan(1.03);
    expect(values.some((value) => Math.abs(value) > 3 * Math.sqrt(expected))).toBe(true);
  });

  it('draws linears and their biases from U(±1/√inputs)', () => {
    for (const name of ['projector.0.weight', 'projector.0.bias']) {
      const values = draw(4).get(name)!;
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest).toBeLessThanOrEqual(1 / 8);
      expect(largest).toBeGreaterThan(0.85 / 8);
    }
  });

  it('starts BatchNorms at 1 and 0', () => {
    const values = draw(1);
    expect(new Set(values.get('backbone.layer2.0.bn2_t.weight'))).toEqual(new Set([1]));
    expect(new Set(values.get('projector.4.bias'))).toEqual(new Set([0]));
  });
});

describe('blockBn', () => {
  it('is the branch’s own, or the one there is', () => {
    expect(blockBn(network(), 'layer3.1', 2, 'gated')).toBe('backbone.layer3.1.bn2_s');
    expect(blockBn(network(), 'layer3.1', 1, 'dense')).toBe('backbone.layer3.1.bn1_t');
    expect(blockBn(network({ bn: 'shared' }), 'layer3.1', 1, 'dense')).toBe('backbone.layer3.1.bn1');
  });
});
