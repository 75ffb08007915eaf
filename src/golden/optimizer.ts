import { z } from 'zod';
import type { OptimizerSettings } from '../engine.ts';
import { boundWidth, learningRate } from '../method/schedule.ts';
import { floatArray, parseVectors } from './arrays.ts';
import { FORMULA_TOLERANCE, type Pair, relativeRow, tensorRows } from './compare.ts';
import type { CheckRow } from './row.ts';
import { namedArrays } from './stepVectors.ts';
import type { UnderTest } from './underTest.ts';

// Section h: schedules, annealing and the optimiser on small tensors.

/**
 * Tolerances relative to how far a parameter moved. They are wide, because a step may be near float32's last
 * digits.
 */
const UPDATE_TOLERANCES = { each: 1e-2, median: 1e-3 };

const scheduleSchema = z.object({
  max_epochs: z.number().int().positive(),
  warmup_epochs: z.number().int().nonnegative(),
  warmup_start_lr: z.number(),
  min_lr: z.number(),
  base_lr: z.number(),
  lr_per_epoch: z.array(z.number()).min(1),
});

const annealSchema = z.object({
  alpha: z.number(),
  p_per_epoch: z.array(z.number()).min(1),
  p_500: z.number().optional(),
});

const optimSchema = z.object({
  name: z.string(),
  lars: z.boolean(),
  clip: z.boolean(),
  exclude_1d: z.boolean(),
  eta: z.number(),
  lr: z.number().positive(),
  weight_decay: z.number(),
  momentum: z.number(),
  params: z.record(z.string(), floatArray),
  grads: z.array(namedArrays).min(1),
  params_after: z.array(namedArrays).min(1),
});

const vectorsSchema = z.object({
  section: z.literal('h'),
  schedules: z.array(scheduleSchema),
  anneal: z.array(annealSchema),
  optim: z.array(optimSchema),
});

/**
 * Checks every case of section h: schedules, annealing and the optimiser.
 * @throws Error when the vectors are not of the known schema
 */
export async function checkOptimizer(vectors: unknown, underTest: UnderTest): Promise<CheckRow[]> {
  const { schedules, anneal, optim } = parseVectors('h (optimiser)', vectorsSchema, vectors);
  const rows = [...schedules.map(checkSchedule), ...anneal.map(checkAnneal)];
  for (const expected of optim) rows.push(...(await checkOptim(expected, underTest)));
  return rows;
}

function checkSchedule(expected: z.infer<typeof scheduleSchema>): CheckRow {
  const schedule = {
    ticks: expected.max_epochs,
    warmupTicks: expected.warmup_epochs,
    startRate: expected.warmup_start_lr,
    peakRate: expected.base_lr,
    endRate: expected.min_lr,
  };
  const got = expected.lr_per_epoch.map((_, epoch) => learningRate(epoch, schedule));
  const name = `h learning rate, base ${expected.base_lr}, warm-up ${expected.warmup_epochs} of ${expected.max_epochs}`;
  return relativeRow(name, got, expected.lr_per_epoch, FORMULA_TOLERANCE);
}

function checkAnneal({ alpha, p_per_epoch, p_500 }: z.infer<typeof annealSchema>): CheckRow {
  const reference = [...p_per_epoch, ...(p_500 === undefined ? [] : [p_500])];
  const ratios = reference.map((p, i) => boundWidth(i < p_per_epoch.length ? i : 500, alpha) / p);
  return relativeRow(
    `h corridor p, alpha ${alpha}`,
    ratios,
    ratios.map(() => 1),
    FORMULA_TOLERANCE,
  );
}

async function checkOptim(expected: z.infer<typeof optimSchema>, underTest: UnderTest): Promise<CheckRow[]> {
  const settings: OptimizerSettings = {
    momentum: expected.momentum,
    weightDecay: expected.weight_decay,
    lars: expected.lars ? { eta: expected.eta, clip: expected.clip, exclude1d: expected.exclude_1d } : null,
  };
  const names = Object.keys(expected.params);
  const tensors = Object.values(expected.params);
  const gradients = expected.grads.map((ofStep) => names.map((name) => at(ofStep, name)));
  const got = await underTest.descend(tensors, gradients, expected.lr, settings);
  const updates = tensors.flatMap(({ values }, i) =>
    expected.grads.map((_, step): Pair => {
      const moved = (to: Float32Array) => to.map((value, k) => value - values[k]!);
      return {
        name: `${names[i]} after step ${step + 1}`,
        got: moved(got[step]![i]!),
        expected: moved(at(expected.params_after[step] ?? {}, names[i]!)),
      };
    }),
  );
  return tensorRows(`h ${expected.name}, of the update`, updates, UPDATE_TOLERANCES);
}

function at(arrays: z.infer<typeof namedArrays>, name: string): Float32Array {
  const found = arrays[name];
  if (found === undefined) throw new Error(`golden vectors h (optimiser): ${name} is missing in a step`);
  return found.values;
}
