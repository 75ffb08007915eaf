import { describe, expect, it } from 'vitest';
import { type Random, stream } from '../../random.ts';
import {
  type AugmentationPolicy,
  CIFAR10_POLICY,
  drawView,
  identityView,
  type ViewParameters,
} from './views.ts';

const COUNT = 20_000;

function draw(policy: AugmentationPolicy, size: number, count: number, view: 0 | 1 = 0): ViewParameters[] {
  const random = stream(7, 'augment');
  return Array.from({ length: count }, () => drawView(policy, view, size, random));
}

function share(views: readonly ViewParameters[], holds: (view: ViewParameters) => boolean): number {
  return views.filter(holds).length / views.length;
}

describe('drawView', () => {
  const many = draw(CIFAR10_POLICY, 32, COUNT);

  it('draws the same views from the same seed', () => {
    expect(draw(CIFAR10_POLICY, 32, 20)).toEqual(draw(CIFAR10_POLICY, 32, 20));
  });

  it('takes 35 uniforms per view, whatever the policy', () => {
    for (const policy of [
      CIFAR10_POLICY,
      { ...CIFAR10_POLICY, minCrop: 1, ratio: [3, 4] as const, flip: 0, grayscale: 1 },
    ]) {
      const inner = stream(1, 'augment');
      let drawn = 0;
      const counting: Random = {
        ...inner,
        uniform: () => {
          drawn++;
          return inner.uniform();
        },
        between: (low, high) => {
          drawn++;
          return inner.between(low, high);
        },
      };
      drawView(policy, 0, 32, counting);
      expect(drawn).toBe(35);
    }
  });

  it('leaves every other draw in place when one setting changes', () => {
    const changed = draw(
      { ...CIFAR10_POLICY, minCrop: 0.9, grayscale: 1, jitter: { ...CIFAR10_POLICY.jitter, probability: 1 } },
      32,
      200,
    );
    const reference = draw(CIFAR10_POLICY, 32, 200);
    expect(changed.map(({ flip, solarize }) => [flip, solarize])).toEqual(
      reference.map(({ flip, solarize }) => [flip, solarize]),
    );
    reference.forEach(({ jitter }, i) => {
      if (jitter) expect(changed[i]!.jitter).toEqual(jitter);
    });
  });

  it('makes each change as often as the policy says', () => {
    expect(share(many, (v) => v.jitter !== null)).toBeCloseTo(0.8, 1.7);
    expect(share(many, (v) => v.grayscale)).toBeCloseTo(0.2, 1.7);
    expect(share(many, (v) => v.solarize === 128)).toBeCloseTo(0.1, 1.7);
    expect(share(many, (v) => v.flip)).toBeCloseTo(0.5, 1.7);
    expect(share(many, (v) => v.blur !== null)).toBe(0);
  });

  it('blurs each view with its own probability', () => {
    const policy = { ...CIFAR10_POLICY, blur: { probability: [0, 1] as const, sigma: [0.1, 2] as const } };
    expect(share(draw(policy, 32, 100, 0), (v) => v.blur !== null)).toBe(0);
    const sigmas = draw(policy, 32, 1000, 1).map((v) => v.blur!);
    expect(Math.min(...sigmas)).toBeGreaterThanOrEqual(0.1);
    expect(Math.max(...sigmas)).toBeLessThan(2);
    expect(mean(sigmas)).toBeCloseTo(1.05, 1);
  });

  it('draws jitter factors uniformly around 1 and hue around 0, in all 24 orders', () => {
    const jitters = many.flatMap(({ jitter }) => jitter ?? []);
    const spans = {
      brightness: [0.6, 1.4],
      contrast: [0.6, 1.4],
      saturation: [0.8, 1.2],
      hue: [-0.1, 0.1],
    } as const;
    for (const operation of ['brightness', 'contrast', 'saturation', 'hue'] as const) {
      const factors = jitters.map((jitter) => jitter[operation]);
      const [low, high] = spans[operation];
      expect(Math.min(...factors)).toBeGreaterThanOrEqual(low);
      expect(Math.min(...factors)).toBeLessThan(low + 0.01 * (high - low));
      expect(Math.max(...factors)).toBeLessThanOrEqual(high);
      expect(Math.max(...factors)).toBeGreaterThan(high - 0.01 * (high - low));
      expect(mean(factors)).toBeCloseTo((low + high) / 2, 1.7);
    }
    const orders = new Map<string, number>();
    for (const { order } of jitters) {
      expect(new Set(order).size).toBe(4);
      orders.set(order.join(), (orders.get(order.join()) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    const expected = jitters.length / 24;
    const chiSquare = [...orders.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    expect(chiSquare).toBeLessThan(60); // with 23 degrees of freedom, one in 30 000 is above
  });

  it('never draws a factor below 0', () => {
    const policy = { ...CIFAR10_POLICY, jitter: { ...CIFAR10_POLICY.jitter, brightness: 3 } };
    const factors = draw(policy, 32, 2000).flatMap(({ jitter }) => jitter?.brightness ?? []);
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...factors)).toBeGreaterThan(3.9);
  });

  it.each([1, 2, 7, 32, 33])('cuts crops of whole pixels within an image of %i', (size) => {
    for (const { crop } of draw({ ...CIFAR10_POLICY, minCrop: 0.05 }, size, 500)) {
      for (const value of Object.values(crop)) expect(Number.isInteger(value)).toBe(true);
      expect(Math.min(crop.top, crop.left)).toBeGreaterThanOrEqual(0);
      expect(Math.min(crop.height, crop.width)).toBeGreaterThan(0);
      expect(crop.top + crop.height).toBeLessThanOrEqual(size);
      expect(crop.left + crop.width).toBeLessThanOrEqual(size);
    }
  });

  it('keeps area and aspect ratio within the policy, up to rounding', () => {
    for (const { crop } of many) {
      const area = (crop.height * crop.width) / 1024;
      expect(area).toBeGreaterThan(0.2 - 0.03);
      expect(crop.width / crop.height).toBeGreaterThan(3 / 4 - 0.06);
      expect(crop.width / crop.height).toBeLessThan(4 / 3 + 0.1);
    }
    const areas = many.map(({ crop }) => (crop.height * crop.width) / 1024);
    expect(Math.min(...areas)).toBeLessThan(0.21);
    expect(Math.max(...areas)).toBeGreaterThan(0.98);
  });

  it('places crops uniformly: both edges and the middle are reached', () => {
    const gaps = many.filter(({ crop }) => crop.height === 20).map(({ crop }) => crop.top);
    const counts = Array.from({ length: 13 }, (_, top) => gaps.filter((gap) => gap === top).length);
    for (const count of counts) expect(count / gaps.length).toBeCloseTo(1 / 13, 1.4);
  });

  it('falls back to the largest central crop of an allowed ratio', () => {
    const wide = { ...CIFAR10_POLICY, minCrop: 1, ratio: [4, 5] as const };
    expect(drawView(wide, 0, 33, stream(1, 'augment')).crop).toEqual({
      top: 12,
      left: 0,
      height: 8,
      width: 33,
    });
    const tall = { ...CIFAR10_POLICY, minCrop: 1, ratio: [0.2, 0.25] as const };
    expect(drawView(tall, 0, 33, stream(1, 'augment')).crop).toEqual({
      top: 0,
      left: 12,
      height: 33,
      width: 8,
    });
  });
});

describe('identityView', () => {
  it('is the whole image and nothing else', () => {
    expect(identityView(33).crop).toEqual({ top: 0, left: 0, height: 33, width: 33 });
    expect(Object.values({ ...identityView(33), crop: null }).every((value) => !value)).toBe(true);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
