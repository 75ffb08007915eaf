import { checkConfig } from '../../fields.ts';
import { networkOf, systemOf } from '../../network/fromConfig.ts';
import type { RunSummary } from '../sets/runSummary.ts';
import { base64Fault, bitsFault } from './flagsFault.ts';
import { listsFault } from './nearestText.ts';
import { curveFault, dialFault } from './runDial.ts';
import { MAX_PLACE, momentsFault } from './runMomentsCheck.ts';
import type { RunFile } from './runSchema.ts';

// The schema cannot check that numbers fit each other. This file does. Files come from anywhere, and the code
// that draws or trains with a run relies on all of these checks.

/** Pixels; far above any side that a run uses. */
const MAX_SIDE = 4096;
const MAX_IMAGES = 1e9;
/** A map has at most 2000 points. */
const MAX_MAP = 100_000;

/** The fault of a run that has all required keys; null if there is none. */
export function faultOf(file: RunFile): string | null {
  return (
    checkConfig(file.config)[0] ??
    dataFault(file) ??
    orderFault(file) ??
    budgetFault(file) ??
    mapFault(file) ??
    momentsFault(file, sideOf(file)) ??
    nearestFault(file) ??
    weightsFault(file) ??
    dialFault(file, sideOf(file)) ??
    resultFault(file)
  );
}

function dataFault({ data }: RunFile): string | null {
  if (data === null) return null;
  const { size, train, test, classes } = data;
  if (size < 1 || size > MAX_SIDE) return `data.size must be from 1 to ${MAX_SIDE} pixels, got ${size}`;
  if (train > MAX_IMAGES || test > MAX_IMAGES)
    return `data must have at most ${MAX_IMAGES} images, got ${Math.max(train, test)}`;
  if (classes.length > 256) return `data.classes must be at most 256, got ${classes.length}`;
  return null;
}

/** Rows must be in the order of their steps, because charts search them by step. */
function orderFault({ steps, diverged, epochs, gradients, budgets, config }: RunFile): string | null {
  for (const [name, rows, least] of [
    ['steps', steps, 1],
    ['epochs', epochs.filter(({ step }) => step !== undefined), 0],
    ['gradients', gradients, 0],
    ['budgets', budgets, 0],
  ] as const) {
    // Each step and each evaluation has one row. Other rows may repeat a step.
    const strict = name === 'steps' ? 1 : 0;
    let before = least - strict;
    for (const { step = 0 } of rows) {
      if (step < before + strict)
        return `${name} must be in the order of their steps, got ${step} after ${before}`;
      before = step;
    }
  }
  const last = steps.at(-1)?.step ?? 0;
  if (diverged && diverged.step <= last)
    return `the step that diverged must come after step ${last}, got ${diverged.step}`;
  if (last > config.steps) return `steps must be at most the ${config.steps} of the run, got ${last}`;
  return null;
}

function budgetFault({ budgets, steps }: RunFile): string | null {
  for (const { budget } of budgets) {
    if (budget < 0 || budget > 1) return `budgets must be from 0 to 1, got ${budget}`;
  }
  for (const { budget = 0, step } of steps) {
    if (budget < 0 || budget > 1) return `the budget of step ${step} must be from 0 to 1, got ${budget}`;
  }
  return null;
}

function mapFault({ maps, mapLabels, mapGates, config, data, weights }: RunFile): string | null {
  if (mapLabels.length > MAX_MAP) return `a map must have at most ${MAX_MAP} images, got ${mapLabels.length}`;
  const label = mapLabels.find((value) => value > 255);
  if (label !== undefined) return `mapLabels must be from 0 to 255, got ${label}`;
  const { branches } = systemOf(config);
  for (const { branch, xy, count } of maps) {
    if (!branches.includes(branch))
      return `a map must be of one of the branches ${branches.join(', ')}, got ${branch}`;
    if (xy.length % 2 !== 0 || xy.length > 2 * MAX_MAP)
      return `a map must have x and y of each image, got ${xy.length} numbers`;
    const images = count ?? mapLabels.length;
    if (mapLabels.length > 0 && xy.length !== 2 * images)
      return `a map of ${images} images must have ${2 * images} numbers, got ${xy.length}`;
    if (mapLabels.length > 0 && images > mapLabels.length)
      return `a map must be of at most the ${mapLabels.length} map images, got ${images}`;
    const far = xy.find((value) => Math.abs(value) > MAX_PLACE);
    if (far !== undefined) return `a map must lie within ±${MAX_PLACE}, got ${far}`;
  }
  if (mapGates === null) return null;
  const { blocks } = networkOf(config, sideOf({ data, weights }));
  if (mapGates.blocks.length !== blocks.length)
    return `the gates must be of ${blocks.length} blocks, as its network has, got ${mapGates.blocks.length}`;
  const gated = mapGates.count ?? mapLabels.length;
  if (gated > mapLabels.length)
    return `mapGates must be of at most the ${mapLabels.length} map images, got ${gated}`;
  for (const [l, { name, channels }] of blocks.entries()) {
    const fault = bitsFault(mapGates.blocks[l]!, gated * channels);
    if (fault) return `the gates of ${name}: ${fault}`;
  }
  return null;
}

/** Side of the images that the run was trained on, pixels. */
export function sideOf({ data, weights }: Pick<RunFile, 'data' | 'weights'>): number {
  return data?.size ?? weights?.architecture.input ?? 32;
}

function nearestFault({ mapNearest, mapLabels, config }: RunFile): string | null {
  if (mapNearest === null) return null;
  const { branches } = systemOf(config);
  const compared = mapNearest.count ?? mapLabels.length;
  if (compared > mapLabels.length)
    return `mapNearest must be of at most the ${mapLabels.length} map images, got ${compared}`;
  const fault = listsFault(mapNearest.branches, branches, compared);
  return fault && `mapNearest ${fault}`;
}

/**
 * Whether the weights belong to the run's network. network/weightsCheck.ts checks whether they are complete.
 */
function weightsFault({ weights, config }: RunFile): string | null {
  if (weights === null) return null;
  const { width, gated } = weights.architecture;
  const gates = systemOf(config).branches.includes('gated');
  if (width !== config.width) return `its weights must be of width ${config.width}, got ${width}`;
  if (gated !== gates) return `its weights must be ${gates ? '' : 'not '}gated, as its system is`;
  return null;
}

function resultFault({ final, data, config }: RunFile): string | null {
  if (final === null) return null;
  if (systemOf(config).branches.includes('gated') && final.macs.gated === null)
    return 'final.macs.gated must be a number of MACs, as its system is gated, got null';
  let length: number | null = null;
  for (const [branch, correct = ''] of Object.entries(final.correct)) {
    // A file without its data does not tell how many test images there were, and neither does such a file
    // when it is saved again. The flags must then have equal lengths, and nobody reads them
    // (run/sets/runSummary.ts).
    const fault = data?.test ? bitsFault(correct, data.test) : base64Fault(correct, length);
    if (fault) return `final.correct of ${branch}: ${fault}`;
    length = correct.length;
  }
  return null;
}

/** The fault of a run of a run set that has all required keys; null if there is none. */
export function summaryFaultOf({ config, data, branches, dial }: RunSummary): string | null {
  const fault = checkConfig(config)[0];
  if (fault !== undefined) return fault;
  if (data.train > MAX_IMAGES || data.test > MAX_IMAGES)
    return `data must have at most ${MAX_IMAGES} images, got ${Math.max(data.train, data.test)}`;
  for (const { branch, correct } of branches) {
    const wrong = correct === null ? null : bitsFault(correct, data.test);
    if (wrong) return `correct of ${branch}: ${wrong}`;
  }
  return dial === undefined ? null : curveFault(dial, config);
}
