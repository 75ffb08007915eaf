import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { check, hasTorch, PATIENCE, python, SOURCE_FOLDER, TORCH } from './python.fixture.ts';

const pathOf = (folder: string) => fileURLToPath(new URL(folder, import.meta.url));

/** The project's own copy of the numbers, and the one beside the project where it is there. */
const GOLDEN = ['../golden/vectors', '../../../shared/golden'].filter((folder) => existsSync(pathOf(folder)));

const Deviations = z
  .object({ augment: z.record(z.string(), z.tuple([z.number(), z.number()])) })
  .catchall(z.number());

describe.skipIf(!hasTorch)(`the exported Python (${TORCH})`, () => {
  it.each(GOLDEN)(
    'meets the authors’ numbers in %s: losses, gradients, three steps, schedules, plain SGD, views',
    (vectors) => {
      const { code, text } = python([check('golden_check.py'), SOURCE_FOLDER, pathOf(vectors)]);
      expect(code, text).toBe(0);
      const { augment, ...numbers } = Deviations.parse(JSON.parse(text));
      expect(numbers['lars.cases']).toBeGreaterThan(10);
      const most: Record<string, number> = {
        'dual.losses': 5e-5,
        'dual.gradients': 5e-3,
        'dual.buffers': 1e-5,
        'dual.evaluated': 1e-6,
        'dual.gates': 0,
        'dual.macRatio': 1e-6,
        'baseline1_both_dense.loss': 1e-4,
        'baseline1_both_dense.gradients': 5e-3,
        'baseline2_both_gated.loss': 1e-4,
        'baseline2_both_gated.gradients': 5e-3,
        'dual_shared_bn.loss': 1e-4,
        'dual_shared_bn.gradients': 5e-3,
        'three.losses': 5e-4,
        'three.updates': 5e-3,
        schedules: 1e-12,
        lars: 1e-6,
        'lars.cases': 1000,
        sgd: 1e-6,
        'sgd.torch': 1e-6,
      };
      expect(Object.keys(numbers).toSorted()).toEqual(Object.keys(most).toSorted());
      for (const [name, bound] of Object.entries(most))
        expect(numbers[name], name).toBeLessThanOrEqual(bound);
      // Each pair is the largest and the mean difference in levels. Hue near grey and blur do not equal PIL's
      // exactly.
      const levels: Record<string, readonly [number, number]> = {
        hue: [6, 0.05],
        gaussian_blur_pil: [10, 1.5],
      };
      for (const [name, [largest, mean]] of Object.entries(augment)) {
        const [atMost, onAverage] = levels[name] ?? [1, 0.01];
        expect(largest, name).toBeLessThanOrEqual(atMost);
        expect(mean, name).toBeLessThanOrEqual(onAverage);
      }
      expect(Object.keys(augment)).toHaveLength(7);
    },
    PATIENCE,
  );
});
