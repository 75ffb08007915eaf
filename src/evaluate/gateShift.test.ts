import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import { useBackend } from '../method/backend.ts';
import { hashedImages, tinySetup } from '../method/engine.fixture.ts';
import { noise } from '../method/numbers.fixture.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { hashedUniform } from '../random.ts';
import { CALIBRATION_IMAGES, calibrationImages, findShift, ratiosOn, shifted } from './gateShift.ts';

/** The share of logits that δ lifts to 0: what a network of one layer would spend. */
function shareOf(logits: readonly number[]) {
  const tried: number[] = [];
  const ratioAt = async (shift: number) => {
    tried.push(shift);
    return logits.filter((logit) => logit + shift >= 0).length / logits.length;
  };
  return { tried, ratioAt };
}

const drawn = (count: number, scale: number, seed = 5) =>
  Array.from({ length: count }, (_, i) => scale * (2 * hashedUniform(seed, i) - 1));

describe('the search for a gate shift', () => {
  it.each([0.02, 0.5, 3, 7.5])('meets any share of logits up to ±%d', async (scale) => {
    for (const wanted of [0.05, 0.1, 0.3, 0.5, 0.8, 0.95]) {
      const { tried, ratioAt } = shareOf(drawn(4001, scale));
      const found = await findShift(wanted, ratioAt);
      expect(found.reach).toBe('met');
      expect(Math.abs(found.ratio - wanted)).toBeLessThan(0.002);
      expect(await ratioAt(found.shift)).toBe(found.ratio);
      expect(tried.length).toBeLessThan(22);
      expect(Math.fround(found.shift)).toBe(found.shift);
    }
  });

  it.each([8.5, 20, 60])('goes on beyond its first range, to logits of ±%d', async (far) => {
    const logits = [...drawn(500, 2), ...Array(250).fill(far), ...Array(250).fill(-far)];
    for (const wanted of [0.1, 0.9, 1]) {
      const { tried, ratioAt } = shareOf(logits);
      const found = await findShift(wanted, ratioAt);
      expect(found.reach).toBe(wanted === 1 ? 'met' : 'jumped');
      expect(found.ratio).toBe({ 0.1: 0, 0.9: 1 }[wanted] ?? 1);
      expect(tried.length).toBeLessThanOrEqual(20);
    }
  });

  it('says so where a share is smaller or larger than what can be reached', async () => {
    // A fifth is open at any δ, and a fifth is closed at any δ.
    const logits = [...drawn(600, 2), ...Array(200).fill(100), ...Array(200).fill(-100)];
    const find = (wanted: number) => findShift(wanted, shareOf(logits).ratioAt);
    expect(await find(0.1)).toMatchObject({ ratio: 0.2, reach: 'smallest' });
    expect(await find(0.9)).toMatchObject({ ratio: 0.8, reach: 'largest' });
    // What is reached exactly at the edge is met.
    expect(await find(0.2)).toMatchObject({ ratio: 0.2, reach: 'met' });
    expect(await find(0.8)).toMatchObject({ ratio: 0.8, reach: 'met' });
  });

  it('says so where every gate opens at the same δ', async () => {
    const found = await findShift(0.5, shareOf([...Array(50).fill(-0.3), 3]).ratioAt);
    expect(found.reach).toBe('jumped');
    expect(found.ratio).toBe(1 / 51);
  });

  it('takes the nearest of all that were tried, where the share does not always grow', async () => {
    const tried = new Map<number, number>();
    const found = await findShift(0.4, async (shift) => {
      const ratio = 0.5 + shift / 20 + 0.03 * Math.sin(40 * shift);
      tried.set(shift, ratio);
      return ratio;
    });
    const nearest = Math.min(...[...tried.values()].map((ratio) => Math.abs(ratio - 0.4)));
    expect(Math.abs(found.ratio - 0.4)).toBe(nearest);
  });
});

describe('a gated network at other budgets', () => {
  // With few hidden units, all of them may be 0; then all logits of a gate are 0, and it opens as a whole.
  const setup = tinySetup({}, { minBottleneck: 12 });
  const state = {
    ...setup.initial,
    // Gates of a trained network differ from image to image, and from channel to channel.
    parameters: new Map(
      [...setup.initial.parameters].map(([name, values], i) => [
        name,
        values.map((v, c) =>
          name.endsWith('atten_c.3.weight') ? 6 * v : v + (/bn/.test(name) ? 0.3 * noise(i, [c + 1])[c]! : 0),
        ),
      ]),
    ),
  };
  const { network } = setup;
  // Each image has colours of its own, so that each has gates of its own.
  const perImage = 3 * 12 ** 2;
  const pixels = Uint8Array.from(
    { length: 400 * perImage },
    (_, i) => 200 * hashedUniform(1, 3 * Math.floor(i / perImage) + (i % 3)) + 55 * hashedUniform(2, i),
  );
  const images = { count: 400, size: 12, pixels };
  let engine: TfjsEngine;
  beforeAll(async () => {
    await useBackend('wasm', NODE_PLACES);
    engine = new TfjsEngine({ ...setup, initial: state });
  });

  it('spends more with δ on average, and within .01 of what is asked on other images', async () => {
    const ratioAt = ratiosOn(engine, network, calibrationImages(images));
    const shifts = [-8, -2, -1, -0.5, 0, 0.5, 1, 2, 8];
    const ratios: number[] = [];
    for (const shift of shifts) ratios.push(await ratioAt(shift));
    expect(ratios).toEqual(ratios.toSorted((a, b) => a - b));
    expect(ratios[0]).toBeGreaterThanOrEqual(network.smallestRatio);
    const others = ratiosOn(engine, network, images);
    for (const wanted of [0.3, 0.5, 0.7]) {
      const { shift, ratio, reach } = await findShift(wanted, ratioAt);
      expect(reach).toBe('met');
      expect(Math.abs(ratio - wanted)).toBeLessThan(0.01);
      expect(Math.abs((await others(shift)) - wanted)).toBeLessThan(0.01);
    }
    expect(await findShift(0.01, ratioAt)).toMatchObject({ reach: 'smallest' });
    expect(await findShift(1.5, ratioAt)).toMatchObject({ reach: 'largest' });
  });

  it('computes each δ once, on the images that are always the same', async () => {
    let seen = 0;
    const chosen = calibrationImages(images);
    expect(chosen.count).toBe(CALIBRATION_IMAGES);
    expect(calibrationImages(images)).toEqual(chosen);
    expect(calibrationImages(hashedImages(5, 12)).count).toBe(5);
    const ratioAt = ratiosOn(engine, network, chosen, async (count) => {
      seen += count;
    });
    const first = await ratioAt(0.25);
    expect(await ratioAt(0.25)).toBe(first);
    expect(seen).toBe(CALIBRATION_IMAGES);
  });

  it('encodes as the engine itself does at that δ', async () => {
    const expected = await engine.encode(images, 2, 7, 'gated', -0.5);
    expect(await shifted(engine, -0.5).encode(images, 2, 7, 'gated')).toEqual(expected);
  });
});
