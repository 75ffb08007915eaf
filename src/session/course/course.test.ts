import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../../cli/places.ts';
import type { Encoded, Engine } from '../../engine.ts';
import { useBackend } from '../../method/backend.ts';
import { hashedImages, SIDE } from '../../method/engine.fixture.ts';
import { TfjsEngine } from '../../method/tfjsEngine.ts';
import { networkOf, systemOf } from '../../network/fromConfig.ts';
import { gatedMacs } from '../../network/macs.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { engineSetup } from '../stage.ts';
import { Course } from './course.ts';

const CONFIG = { ...DEFAULT_CONFIG, width: 8, projector: 16, batch: 8, steps: 100, stemPadding: 1 };

beforeAll(() => useBackend('wasm', NODE_PLACES));

describe('an exact budget', () => {
  const config = { ...CONFIG, exactBudget: true };
  const network = networkOf(config, SIDE);
  const system = systemOf(config);

  /** An engine whose gates open the same share of channels in every block. */
  const engineOf = (share: number): Engine => ({
    ...({} as Engine),
    encode: async (_images, from, to): Promise<Encoded> => ({
      features: new Float32Array(0),
      gates: network.blocks.map(({ channels }) =>
        new Uint8Array((to - from) * channels).map((_, i) => (i % channels < share * channels ? 1 : 0)),
      ),
    }),
  });

  it('aims above t_d by what hard gates spend less than the noisy ones of training', async () => {
    const course = new Course(config, system);
    const open = 0.5;
    course.seen(0.6);
    await course.look({ network, system, engine: engineOf(open), images: hashedImages(8, SIDE) }, 10, 0.3);
    const counts = network.blocks.map(({ channels }) => open * channels);
    const hard = gatedMacs(network, counts) / network.denseMacs;
    expect(course.at(10, 0.3).aim).toBeCloseTo(0.3 + 0.6 - hard, 9);
    // Another course continues from what this one remembers, and does not look at this step again.
    const next = new Course(config, system, course.aimState);
    expect(next.at(10, 0.3)).toEqual(course.at(10, 0.3));
    expect([10, 20].map((index) => next.looksAt(index))).toEqual([false, true]);
  });

  it('is looked after every ten steps, and only when it was asked for', () => {
    const course = new Course(config, system);
    expect([0, 5, 10].map((index) => course.looksAt(index))).toEqual([true, false, true]);
    const images = hashedImages(500, SIDE);
    expect([0, 5, 10, 20].map((index) => course.reachAt(index, images))).toEqual([64, 0, 128, 192]);
    const plain = new Course(CONFIG, system);
    expect(plain.looksAt(0)).toBe(false);
    plain.seen(0.9);
    expect(plain.at(0, 0.3).aim).toBe(0.3);
    const dense = { ...config, system: 'vicreg' } as const;
    expect(new Course(dense, systemOf(dense)).looksAt(0)).toBe(false);
  });
});

describe('the widths’ gradients', () => {
  const images = hashedImages(12, SIDE);
  const measure = async (change: Partial<typeof CONFIG>) => {
    const config = { ...CONFIG, system: 'slimmable', ...change } as const;
    const setup = engineSetup(config, images);
    const engine = new TfjsEngine(setup);
    const before = await engine.state();
    const course = new Course(config, setup.system);
    const { network, system } = setup;
    const row = await course.compare({ network, system, engine, images }, 50, 0.3);
    expect(await engine.state()).toEqual(before);
    return row;
  };

  it('of SlimCLR are compared with the full width’s, each on the slice that they share', async () => {
    const row = await measure({ slimForm: 'slimclr', slowStart: false, distillation: false });
    expect(row.step).toBe(50);
    expect(row.even).toEqual({ full: 4, rest: Math.sqrt(15) });
    expect(Object.keys(row.cosines).toSorted()).toEqual(['slim25', 'slim50', 'slim75']);
    for (const cosine of Object.values(row.cosines)) expect(Math.abs(cosine)).toBeLessThanOrEqual(1);
    expect(row.full ** 2 - row.rest ** 2).toBeCloseTo(1, 3);
  });

  it('of dual slim have no cosine: one loss couples both widths', async () => {
    const row = await measure({ slimForm: 'dual', slimWidth: 0.5 });
    expect(row.cosines).toEqual({});
    expect(row.full).toBeGreaterThan(1);
    expect(row.even.full).toBe(2);
  });

  it('are due every so many steps of a slimmable run only', () => {
    const config = { ...CONFIG, system: 'slimmable', gradientsEvery: 25 } as const;
    const course = new Course(config, systemOf(config));
    expect([0, 24, 25].map((index) => course.comparesAt(index))).toEqual([true, false, true]);
    const never = { ...config, gradientsEvery: 0 };
    expect(new Course(never, systemOf(never)).comparesAt(0)).toBe(false);
    expect(new Course(CONFIG, systemOf(CONFIG)).comparesAt(0)).toBe(false);
  });

  it('starts slowly: the narrow widths’ terms count from the middle of the run', () => {
    const config = { ...CONFIG, system: 'slimmable', slimForm: 'slimclr' } as const;
    const course = new Course(config, systemOf(config));
    expect(course.at(49, 0.3).termWeights).toEqual([1, 0, 0, 0, 0, 0, 0]);
    expect(course.at(50, 0.3).termWeights).toEqual([2.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  });
});
