import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import { RAW_PIXELS } from '../data/images/recipe.ts';
import type { EngineSetup, EngineState } from '../engine.ts';
import { buildNetwork } from '../network/layers.ts';
import { bufferSpecs, type NamedTensors, parameterSpecs, sizeOf } from '../network/parameters.ts';
import { branchNetwork, type FrozenNetwork, withoutGates } from '../network/slice.ts';
import { SYSTEMS } from '../network/systems.ts';
import { narrowedNetwork } from '../network/widthNetwork.ts';
import { useBackend } from './backend.ts';
import { hashedImages, tinyStep } from './engine.fixture.ts';
import { FrozenEncoder } from './frozenEncoder.ts';
import { deviation, noise } from './numbers.fixture.ts';
import { recalibrate } from './recalibrate.ts';
import { slimSetup } from './slimmable.fixture.ts';
import { TfjsEngine } from './tfjsEngine.ts';

beforeAll(() => useBackend('wasm', NODE_PLACES));

const HALF = '_w50';

/** Out of values of shape `whole`, those that a tensor of shape `part` has: the first along each axis. */
function prefix(values: Float32Array, whole: readonly number[], part: readonly number[]): Float32Array {
  const [outs, ins = 1] = whole as [number, number?];
  const [, i = 1] = part as [number, number?];
  const kernel = sizeOf(whole) / (outs * ins);
  return Float32Array.from({ length: sizeOf(part) }, (_, n) => {
    const [out, rest] = [Math.floor(n / (i * kernel)), n % (i * kernel)];
    return values[out * ins * kernel + rest]!;
  });
}

/**
 * A separate network of half the width, with the first channels of a slimmable one's weights, and its
 * BatchNorms. @param norms the end of these BatchNorms' names; the first channels of the whole one's if null
 */
function sliced(setup: EngineSetup, norms: string | null = HALF): EngineSetup {
  const { spec } = setup.network;
  const network = buildNetwork({
    ...spec,
    width: spec.width / 2,
    projector: { hidden: spec.projector.hidden / 2, output: spec.projector.output },
    slim: [],
    slimProjector: false,
  });
  const all = [...parameterSpecs(setup.network), ...bufferSpecs(setup.network)];
  const shapes = new Map(all.map(({ name, shape }): [string, readonly number[]] => [name, shape]));
  const own = (from: NamedTensors, name: string, shape: readonly number[]) => {
    const dot = name.lastIndexOf('.');
    const narrow = norms === null ? undefined : from.get(`${name.slice(0, dot)}${norms}${name.slice(dot)}`);
    return narrow ?? prefix(from.get(name)!, shapes.get(name)!, shape);
  };
  const named = (from: NamedTensors, specs: readonly { name: string; shape: readonly number[] }[]) =>
    new Map(specs.map(({ name, shape }) => [name, own(from, name, shape)]));
  const { parameters, buffers, momenta } = setup.initial;
  return {
    ...setup,
    network,
    system: SYSTEMS.vicreg,
    initial: {
      parameters: named(parameters, parameterSpecs(network)),
      momenta: named(momenta, parameterSpecs(network)),
      buffers: named(buffers, bufferSpecs(network)),
    },
  };
}

/** The same setup with BatchNorms as after training: no scale is 1, no mean is 0. */
function seasoned(setup: EngineSetup): EngineSetup {
  const { parameters, buffers, momenta } = setup.initial;
  let seed = 40;
  const touched = (tensors: NamedTensors, by: number) =>
    new Map(
      [...tensors].map(([name, values]) => {
        const off = noise(seed++, [values.length]);
        return [
          name,
          /bn|projector\.[14]|downsample\.1/.test(name) ? values.map((v, i) => v + by * off[i]!) : values,
        ];
      }),
    );
  const initial: EngineState = {
    parameters: touched(parameters, 0.3),
    buffers: touched(buffers, 0.4),
    momenta,
  };
  return { ...setup, initial };
}

describe('a width of a slimmable network', () => {
  const setup = seasoned(slimSetup({ slimForm: 'slimclr' }, { slimProjector: true }));

  it('evaluates exactly as the network that has only its channels', async () => {
    const [whole, alone] = [new TfjsEngine(setup), new TfjsEngine(sliced(setup))];
    const { features } = await whole.encode(setup.images, 0, 8, 'slim50');
    const expected = await alone.encode(setup.images, 0, 8, 'dense');
    expect(features).toHaveLength(8 * 32);
    expect(features).toEqual(expected.features);
    expect(features.some((value) => value > 0)).toBe(true);
  });

  it('between trained ones computes, and is recalibrated, as the network that has only its channels', async () => {
    const dense = withoutGates(branchNetwork(setup.network, setup.initial, 'dense'));
    const { network, initial } = sliced(setup, null);
    const alone = withoutGates(branchNetwork(network, initial, 'dense'));
    const first = (values: Float32Array) => values.filter((_, i) => i % 64 < 32);
    const images = hashedImages(6, 12);
    const encode = async (frozen: FrozenNetwork) => {
      const encoder = new FrozenEncoder(frozen, RAW_PIXELS);
      const { features } = await encoder.encode(images, 0, images.count);
      encoder.dispose();
      return features;
    };
    const narrowed = narrowedNetwork(dense, 'slim50');
    expect(deviation(first(await encode(narrowed)), await encode(alone))).toBeLessThan(1e-6);
    const [whole, part] = await Promise.all(
      [narrowed, alone].map((frozen) => recalibrate(frozen, images, RAW_PIXELS, 3)),
    );
    for (const [name, { values }] of part!.tensors) {
      if (!/^backbone.*running/.test(name)) continue;
      const got = whole!.tensors.get(name)!.values.subarray(0, values.length);
      expect(deviation(got, values), name).toBeLessThan(1e-5);
    }
    const features = await encode(whole!);
    expect(deviation(first(features), await encode(part!))).toBeLessThan(1e-5);
    expect(features.every((value, i) => i % 64 < 32 || value === 0)).toBe(true);
  });

  it('trains exactly as the network that has only its channels, and nothing else moves', async () => {
    const { terms } = setup.system;
    const place = terms.findIndex(({ branch, kind }) => branch === 'slim50' && kind === 'vicreg');
    const termWeights = terms.map((_, i) => (i === place ? 1 : 0));
    const small = sliced(setup);
    const whole = await new TfjsEngine(setup).gradients(tinyStep({ termWeights }));
    const alone = await new TfjsEngine(small).gradients(tinyStep());
    const shapes = new Map(parameterSpecs(setup.network).map(({ name, shape }) => [name, shape]));
    for (const { name, shape } of parameterSpecs(small.network)) {
      const expected = alone.get(name)!;
      const dot = name.lastIndexOf('.');
      const narrow = whole.get(`${name.slice(0, dot)}${HALF}${name.slice(dot)}`);
      const got = narrow ?? prefix(whole.get(name)!, shapes.get(name)!, shape);
      expect(got, name).toEqual(expected);
      if (narrow !== undefined) {
        expect(
          whole.get(name)!.every((value) => value === 0),
          `${name} of the full width`,
        ).toBe(true);
        continue;
      }
      const sum = (values: Float32Array) => values.reduce((total, value) => total + Math.abs(value), 0);
      expect(sum(whole.get(name)!), `${name} outside of the slice`).toBeCloseTo(sum(expected), 3);
    }
  });
});

describe.each(['vicreg', 'contrastive'] as const)('SlimCLR with %s', (slimObjective) => {
  const setup = slimSetup({ slimForm: 'slimclr', slimObjective });

  it('adds its terms with their weights', async () => {
    const { terms } = setup.system;
    const engine = new TfjsEngine(setup);
    const all = await engine.gradients(tinyStep());
    const expected = new Map([...all].map(([name, values]) => [name, new Float32Array(values.length)]));
    for (const [i, { weight }] of terms.entries()) {
      const one = await engine.gradients(
        tinyStep({ termWeights: terms.map((_, j) => (i === j ? weight : 0)) }),
      );
      for (const [name, values] of one) {
        const sum = expected.get(name)!;
        values.forEach((value, n) => {
          sum[n]! += value;
        });
      }
    }
    for (const [name, values] of all) {
      // The gradient of a bias in front of a BatchNorm is 0, except for rounding.
      const largest = Math.max(...values.map(Math.abs), 1e-2);
      const off = Math.max(...values.map((value, n) => Math.abs(value - expected.get(name)![n]!)));
      expect(off / largest, name).toBeLessThan(1e-3);
    }
    const step = await engine.step(tinyStep());
    expect(step.terms).toHaveLength(7);
    expect(step.loss).toBeCloseTo(
      step.terms.reduce((sum, value, i) => sum + terms[i]!.weight * value, 0),
      3,
    );
    expect(step.macRatio).toBeNull();
    expect(Number.isNaN(step.invariance)).toBe(slimObjective === 'contrastive');
  });

  it('trains only the full width during the slow start', async () => {
    const engine = new TfjsEngine(setup);
    const before = await engine.state();
    const termWeights = setup.system.terms.map(({ early }) => early);
    const { terms, loss } = await engine.step(tinyStep({ termWeights }));
    const after = await engine.state();
    expect(terms[0]).toBeCloseTo(loss, 4);
    expect(terms.slice(1).every(Number.isNaN)).toBe(true);
    for (const [name, values] of [...before.parameters, ...before.buffers]) {
      const now = after.parameters.get(name) ?? after.buffers.get(name);
      if (name.includes('_w')) expect(now, name).toEqual(values);
    }
    expect(after.parameters.get('backbone.conv1.weight')).not.toEqual(
      before.parameters.get('backbone.conv1.weight'),
    );
  });
});

it('dual slim couples one narrow width with the full one, and frees its tensors', async () => {
  const setup = slimSetup({ slimForm: 'dual', slimWidth: 0.55 }, { slimProjector: false });
  const engine = new TfjsEngine(setup);
  const before = tf.memory().numTensors;
  const first = await engine.step(tinyStep());
  for (let step = 0; step < 3; step++) await engine.step(tinyStep());
  const last = await engine.step(tinyStep());
  expect(last.loss).toBeLessThan(first.loss);
  // ⌊.55 · 64⌋
  expect((await engine.encode(setup.images, 0, 3, 'slim55')).features).toHaveLength(3 * 35);
  expect((await engine.encode(setup.images, 0, 3, 'dense')).features).toHaveLength(3 * 64);
  expect(tf.memory().numTensors).toBe(before);
});

it('gradients leave the engine as it was', async () => {
  const engine = new TfjsEngine(slimSetup({ slimForm: 'slimclr' }));
  const before = await engine.state();
  await engine.gradients(tinyStep());
  expect(await engine.state()).toEqual(before);
});
