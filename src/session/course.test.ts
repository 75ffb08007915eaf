import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import type { Encoded, Engine } from '../engine.ts';
import { useBackend } from '../method/backend.ts';
import { hashedImages, SIDE } from '../method/engine.fixture.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { networkOf, systemOf } from '../network/fromConfig.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { Course } from './course.ts';
import { engineSetup } from './stage.ts';

const CONFIG = { ...DEFAULT_CONFIG, width: 8, projector: 16, batch: 8, steps: 100, stemPadding: 1 };

beforeAll(() => useBackend('wasm', NODE_PLACES));

describe('an exact budget', () => {
  const config = { ...CONFIG, exactBudget: true };
  const network = networkOf(config, SIDE);
  const system = systemOf(config);

  /** An engine whose gates open the same share of every block. */
  const engineOf = (share: () => number): Engine => ({
    ...({} as Engine),
    encode: async (_images, from, to): Promise<Encoded> => ({
      features: new Float32Array(0),
      gates: network.blocks.map(({ channels }) =>
        new Uint8Array((to - from) * channels).map((_, i) => (i % channels < share() * channels ? 1 : 0)),
      ),
    }),
  });

  it('aims lower while the gates spend too much, higher while too little, and rests when they meet t_d', async () => {
    const course = new Course(config, system);
    const measured = { network, system, images: hashedImages(8, SIDE) };
    await course.look({ ...measured, engine: engineOf(() => 1) }, 0, 0.3);
    const low = course.at(1, 0.3).budget;
    expect(low).toBeLessThan(0.3);
    await course.look({ ...measured, engine: engineOf(() => 0) }, 10, 0.3);
    expect(course.at(11, 0.3).budget).toBeGreaterThan(low);
  });

  it('brings a network whose hard gates spend less than its noisy ones to t_d', async () => {
    // Training holds the noisy ratio at the aim, and hard gates spend four fifths of it.
    const course = new Course(config, system);
    const spent = () => 0.8 * course.at(0, 0.5).budget;
    const images = hashedImages(8, SIDE);
    const wide = networkOf({ ...config, width: 64 }, SIDE);
    const engine: Engine = {
      ...({} as Engine),
      encode: async (_images, from, to): Promise<Encoded> => {
        const fixed = wide.smallestRatio;
        const share = (spent() - fixed) / (1 - fixed);
        return {
          features: new Float32Array(0),
          gates: wide.blocks.map(({ channels }) =>
            new Uint8Array((to - from) * channels).map((_, i) => (i % channels < share * channels ? 1 : 0)),
          ),
        };
      },
    };
    for (let look = 0; look < 60; look++) {
      await course.look({ network: wide, system, engine, images }, 10 * look, 0.5);
    }
    expect(spent()).toBeCloseTo(0.5, 1);
    expect(course.at(0, 0.5).budget).toBeCloseTo(0.625, 1);
  });

  it('goes on from where it stood, and looks only when it was asked for', () => {
    const course = new Course(config, system, -0.05);
    expect(course.at(0, 0.3).budget).toBeCloseTo(0.25);
    expect(course.aimOffset).toBe(-0.05);
    expect([0, 5, 10].map((index) => course.looksAt(index))).toEqual([true, false, true]);
    expect(new Course(CONFIG, system).looksAt(0)).toBe(false);
    expect(
      new Course({ ...config, system: 'vicreg' }, systemOf({ ...config, system: 'vicreg' })).looksAt(0),
    ).toBe(false);
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
