import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../presets.ts';
import { networkOf, systemOf } from './fromConfig.ts';
import { trainingMacs } from './macs.ts';
import { smallDense, stepsOfEqualMacs } from './smallDense.ts';

/** Multiply-adds of ResNet-18 on 32 pixels with a 3×3 stem of padding 1, by hand. */
function denseMacs(width: number): number {
  const stages = [0, 1, 2, 3].map((stage) => {
    const [pixels, out] = [(32 / 2 ** stage) ** 2, width * 2 ** stage];
    const into = stage === 0 ? out : out / 2;
    return pixels * (9 * out * into + 3 * 9 * out * out + (stage === 0 ? 0 : out * into));
  });
  return 9 * 32 * 32 * 3 * width + stages.reduce((sum, macs) => sum + macs, 0);
}

const AT = { ...DEFAULT_CONFIG, stemPadding: 1, stem: 'cifar' } as const;

it.each([
  [8, 0.15],
  [8, 0.25],
  [8, 0.3],
  [16, 0.1],
  [33, 0.5],
  [64, 0.9],
])('is the nearest of all whole widths below %i at a budget of %d', (width, budget) => {
  const share = (narrow: number) => denseMacs(narrow) / denseMacs(width);
  const off = (narrow: number) => Math.abs(share(narrow) - budget);
  const found = smallDense({ ...AT, width, budget }, 32)!;
  expect(found.share).toBeCloseTo(share(found.width), 12);
  for (let narrow = 2; narrow < width; narrow++) expect(off(found.width)).toBeLessThanOrEqual(off(narrow));
});

it('has width 3 for about .146 and width 4 for about .256 of width 8, and nothing below width 2', () => {
  for (const [budget, width, share] of [
    [0.146, 3, 0.146],
    [0.256, 4, 0.256],
  ] as const) {
    const found = smallDense({ ...AT, stemPadding: 2, width: 8, budget }, 32)!;
    expect(found.width).toBe(width);
    expect(found.share).toBeCloseTo(share, 2);
  }
  expect(smallDense({ ...AT, width: 2 }, 32)).toBeNull();
});

it.each([1, 63, 390])(
  'trains for %i steps or more of the wider network at equal MACs of training',
  (steps) => {
    const config = { ...DEFAULT_CONFIG, width: 8, budget: 0.25, batch: 64 };
    const { width, share } = smallDense(config, 32)!;
    const cost = (system: 'dual-gating' | 'vicreg', channels: number) => {
      const run = { ...config, system, width: channels };
      return trainingMacs(networkOf(run, 32), systemOf(run), run.batch);
    };
    const wanted = (steps * cost('dual-gating', 8)) / cost('vicreg', width);
    expect(Math.abs(stepsOfEqualMacs(steps, share) - wanted)).toBeLessThanOrEqual(0.5);
  },
);
