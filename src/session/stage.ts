import type { RunConfig } from '../config.ts';
import { isThere } from '../data/images/arrival.ts';
import {
  bankOf,
  type Dataset,
  type ImageSet,
  type Images,
  type TrainAndTest,
} from '../data/images/dataset.ts';
import { RECIPES } from '../data/images/recipe.ts';
import type { Engine, EngineSetup, EngineState } from '../engine.ts';
import { pickImages } from '../evaluate/sample.ts';
import { checkConfig } from '../fields.ts';
import { networkOf, systemOf } from '../network/fromConfig.ts';
import { startTensors } from '../network/fromWeights.ts';
import type { Network } from '../network/layers.ts';
import { initialBuffers, initialMomenta, initialParameters } from '../network/parameters.ts';
import type { System } from '../network/systems.ts';
import type { WeightsFile } from '../network/weights.ts';
import { stream } from '../random.ts';
import type { Checkpoint } from '../run/checkpoint/checkpoint.ts';
import type { EngineInfo, Ready } from '../run/protocol.ts';
import type { Batches } from './course/batches.ts';
import type { Course } from './course/course.ts';
import type { EvaluationPlan } from './evaluation/evaluationPlan.ts';
import { RunFailure } from './failure.ts';

/** The parts of a run, once data and engine are there. */
export interface Stage {
  readonly config: RunConfig;
  readonly system: System;
  readonly network: Network;
  readonly data: TrainAndTest;
  readonly engine: Engine;
  readonly batches: Batches;
  readonly course: Course;
  readonly plan: EvaluationPlan;
  /** Whether the run began with weights that were given, and not with those of its seed. */
  readonly begunFromWeights: boolean;
  /** The weights that the run began with; null if it goes on from a checkpoint. */
  readonly initial: EngineState | null;
}

/** Refuses settings that are out of their ranges. */
export function checkSettings(config: RunConfig): void {
  const faults = checkConfig(config);
  if (faults.length > 0)
    throw new RunFailure('config', `${faults.join('. ')}.`, 'Change these settings and start again.');
}

/** Refuses data that cannot be trained on or measured, and data other than a checkpoint's. */
export function checkData(data: TrainAndTest, config: RunConfig, from?: Checkpoint): void {
  const { train, test, fingerprint } = data;
  if (from?.images && fingerprint && from.images !== fingerprint) {
    throw new RunFailure(
      'data',
      `These are other images than the run was trained on: it must have those of fingerprint ${from.images.slice(0, 12)}…, got ${fingerprint.slice(0, 12)}….`,
      'Choose the files that it began with, all of them, with the same side and limits; or start a new run with these.',
    );
  }
  const drawn = from?.batches.rows.length ?? 0;
  if (drawn > 0 && drawn !== train.count) {
    throw new RunFailure(
      'data',
      `These are other images than the run was trained on: it must have ${drawn} training images, got ${train.count}.`,
      'Choose the files that it began with, all of them, with the same limits; or start a new run with these.',
    );
  }
  if (train.count < config.batch) {
    throw new RunFailure(
      'config',
      `A batch of ${config.batch} needs at least ${config.batch} training images, got ${train.count}.`,
      'Choose more images or a smaller batch.',
    );
  }
  for (const [words, { size }] of [
    ['test images', test],
    ['the labelled images for k-NN', data.bank ?? train],
  ] as const) {
    if (size === train.size) continue;
    throw new RunFailure(
      'data',
      `Training images and ${words} must have one size, got ${train.size} and ${size} pixels.`,
      'Choose images of the same kind.',
    );
  }
  checkSide(train.size, config);
  const bank = bankOf(data);
  if (bank !== null && !agree(bank.classes, test.classes)) {
    throw new RunFailure(
      'data',
      `Training and test images must have the same classes, got ${classesInWords(bank)} and ${classesInWords(test)}.`,
      'Choose a test set of the same kind as the training set.',
    );
  }
}

/**
 * The data of a run in the order that it began with. A checkpoint tells whether its run takes the first epoch
 * part by part; what the set is like today does not matter to it.
 */
export function inOrderOf(data: TrainAndTest, from?: Checkpoint): TrainAndTest {
  if (from === undefined || from.batches.part === data.train.part) return data;
  const { part: _, ...train } = data.train;
  const { part } = from.batches;
  return { ...data, train: { ...train, ...(part !== undefined && { part }) } };
}

/** Smallest side of the first block's map. The three later strides then halve it without a remainder. */
const SMALLEST_MAP = 8;

function checkSide(side: number, config: RunConfig): void {
  const { spec, blocks } = networkOf(config, side);
  if (blocks[0]!.size >= SMALLEST_MAP) return;
  const seven = spec.stem === 'imagenet';
  const smallest = seven ? 4 * SMALLEST_MAP - 3 : SMALLEST_MAP + 2 - 2 * spec.stemPadding;
  throw new RunFailure(
    'data',
    `Images must be at least ${smallest} pixels wide for a ${seven ? '7×7' : '3×3'} stem, got ${side}.`,
    seven ? 'Choose larger images, or the 3×3 stem.' : 'Choose larger images.',
  );
}

/**
 * Whether both lists number their classes alike. One may be longer, as a few images may not show every class.
 */
function agree(some: readonly string[], others: readonly string[]): boolean {
  const [fewer, more] = some.length < others.length ? [some, others] : [others, some];
  return fewer.every((name, label) => name === more[label]);
}

/** “10 (airplane, automobile, bird …)”. */
function classesInWords({ classes }: Dataset): string {
  const shown = classes.slice(0, 3).join(', ');
  return `${classes.length} (${shown}${classes.length > 3 ? ' …' : ''})`;
}

/**
 * What an engine is built from: the images without their labels, and the seed's initial weights or the given
 * ones.
 * @throws WeightsFileError when the weights belong to another network
 */
export function engineSetup(config: RunConfig, images: ImageSet, given?: WeightsFile): EngineSetup {
  const { count, size, pixels, part } = images;
  const shapes = engineShapes(config, images);
  return {
    ...shapes,
    images: { count, size, pixels, ...(part !== undefined && { part }) },
    initial: given ? begunWith(startTensors(given, config)) : seedState(config, shapes.network),
  };
}

/** The state with which a run of this seed begins, unless weights are given. */
export function seedState({ seed }: RunConfig, network: Network): EngineState {
  const parameters = initialParameters(network, stream(seed, 'init'));
  return begunWith({ parameters, buffers: initialBuffers(network) });
}

function begunWith({ parameters, buffers }: Pick<EngineState, 'parameters' | 'buffers'>): EngineState {
  return { parameters, buffers, momenta: initialMomenta(parameters) };
}

/** What an engine is built from, without the values of images and weights. */
export type EngineShapes = Omit<EngineSetup, 'initial' | 'images'> & {
  readonly images: Omit<Images, 'pixels'>;
};

export function engineShapes(
  config: RunConfig,
  { count, size, recipe }: Omit<ImageSet, 'pixels'>,
): EngineShapes {
  const { training, evaluation } = RECIPES[recipe];
  return {
    network: networkOf(config, size),
    system: systemOf(config),
    objective: config,
    optimizer: {
      momentum: 0.9,
      weightDecay: config.weightDecay,
      lars: config.optimizer === 'lars' ? { eta: config.larsTrust, clip: true, exclude1d: true } : null,
    },
    images: { count, size },
    trainingNormalisation: training,
    evaluationNormalisation: evaluation,
  };
}

/** The part of a checkpoint that the engine's state does not hold. */
export function standingOf({
  course,
  batches,
  data,
  begunFromWeights,
}: Stage): Pick<Checkpoint, 'aim' | 'batches' | 'images' | 'begunFromWeights'> {
  const images = data.fingerprint ?? null;
  return { aim: course.aimState, batches: batches.position(), images, begunFromWeights };
}

/** The part of a stage that the page is told. */
export function readyOf(stage: Stage, engine: EngineInfo): Ready {
  const { config, network, data, batches } = stage;
  const { train, test, fingerprint, notices } = data;
  const bank = bankOf(data);
  return {
    config,
    engine,
    data: {
      name: train.name,
      train: train.count,
      test: test.count,
      bank: bank !== null && bank !== train ? bank.count : null,
      size: train.size,
      classes: test.classes,
      recipe: train.recipe,
      stepsPerEpoch: batches.stepsPerEpoch,
      ...(train.part !== undefined && { part: train.part }),
      ...(fingerprint !== undefined && { fingerprint }),
      ...(notices && { notices }),
    },
    network: {
      stemMacs: network.stem.macs,
      blocks: network.blocks,
      denseMacs: network.denseMacs,
      smallestRatio: network.smallestRatio,
      features: network.features,
    },
    mapImages: mapImagesOf(stage),
  };
}

/** The test images that the maps show; none if the test images are still on their way. */
export function mapImagesOf({ config, data, plan }: Stage): Ready['mapImages'] {
  const { test } = data;
  const count = isThere(data, { train: 0, test: true }) ? config.mapPoints : 0;
  const shown = plan.order.test.subarray(0, count);
  return {
    count: shown.length,
    pixels: pickImages(test, shown).pixels,
    labels: Uint8Array.from(shown, (row) => test.labels[row]!),
  };
}
