import type { RunConfig } from '../config.ts';
import type { ImageSet, Images } from '../data/dataset.ts';
import { bankOf, type TrainAndTest } from '../data/holdOut.ts';
import { RECIPES } from '../data/recipe.ts';
import type { Engine, EngineSetup } from '../engine.ts';
import { networkOf, systemOf } from '../network/fromConfig.ts';
import type { Network } from '../network/layers.ts';
import { initialBuffers, initialMomenta, initialParameters } from '../network/parameters.ts';
import type { System } from '../network/systems.ts';
import { stream } from '../random.ts';
import type { Batches } from './batches.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Course } from './course.ts';
import { RunFailure } from './failure.ts';
import type { EngineInfo, Ready } from './protocol.ts';

/** What a run is made of, once data and engine are there. */
export interface Stage {
  readonly config: RunConfig;
  readonly system: System;
  readonly network: Network;
  readonly data: TrainAndTest;
  readonly engine: Engine;
  readonly batches: Batches;
  readonly course: Course;
}

/** Refuses data that the configuration cannot train on. */
export function checkData(
  { train, test, fingerprint }: TrainAndTest,
  { batch, stemPadding }: RunConfig,
  from?: Checkpoint,
): void {
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
  if (train.count < batch) {
    throw new RunFailure(
      'config',
      `A batch of ${batch} needs at least ${batch} training images, got ${train.count}.`,
      'Choose more images or a smaller batch.',
    );
  }
  if (train.size !== test.size) {
    throw new RunFailure(
      'data',
      `Training and test images must have one size, got ${train.size} and ${test.size} pixels.`,
      'Choose a test set of the same kind as the training set.',
    );
  }
  // Three strides of 2 must leave a map to pool.
  if (train.size + 2 * stemPadding < 10) {
    throw new RunFailure(
      'data',
      `Images must be at least 8 pixels wide, got ${train.size}.`,
      'Choose larger images.',
    );
  }
}

/** What an engine is built from: the images without their labels, and the seed's initial weights. */
export function engineSetup(config: RunConfig, images: ImageSet): EngineSetup {
  const { count, size, pixels } = images;
  const shapes = engineShapes(config, images);
  const parameters = initialParameters(shapes.network, stream(config.seed, 'init'));
  return {
    ...shapes,
    images: { count, size, pixels },
    initial: {
      parameters,
      buffers: initialBuffers(shapes.network),
      momenta: initialMomenta(parameters),
    },
  };
}

/** What an engine is built from, but for the values of images and weights. */
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
      lars: { eta: config.larsTrust, clip: true, exclude1d: true },
    },
    images: { count, size },
    trainingNormalisation: training,
    evaluationNormalisation: evaluation,
  };
}

/** What a checkpoint takes from a stage beside the engine's state. */
export function standingOf({ course, batches, data }: Stage): Pick<Checkpoint, 'aim' | 'batches' | 'images'> {
  return { aim: course.aimState, batches: batches.position(), images: data.fingerprint ?? null };
}

/** What the page may know of a stage. */
export function readyOf({ config, network, data }: Stage, engine: EngineInfo): Ready {
  const { train, test, fingerprint } = data;
  const bank = bankOf(data);
  const shown = Math.min(config.mapPoints, test.count);
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
      stepsPerEpoch: Math.floor(train.count / config.batch),
      ...(fingerprint !== undefined && { fingerprint }),
    },
    network: {
      stemMacs: network.stem.macs,
      blocks: network.blocks,
      denseMacs: network.denseMacs,
      smallestRatio: network.smallestRatio,
      features: network.features,
    },
    mapImages: {
      count: shown,
      pixels: test.pixels.slice(0, shown * test.size * test.size * 3),
      labels: test.labels.slice(0, shown),
    },
  };
}
