import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { EngineSetup, StepInput } from '../engine.ts';
import { onSoundDevice, useBackend } from '../method/backend.ts';
import type { StepData } from '../method/differentiate.ts';
import { augmentBatch } from '../method/views/augment.ts';
import { gateDraws, logisticNoise } from '../network/gateNoise.ts';
import { type CommandCounts, countCommands } from './commandCounts.ts';
import { StockStep, type StockTerms } from './stockStep.ts';

/** The measured time of one step of stock tfjs. */
export interface StockStepTime {
  readonly ms: number;
  readonly counts: CommandCounts;
  readonly terms: StockTerms;
}

/**
 * Stock tfjs on its WebGPU backend, with its default settings. It makes WebGPU tfjs's backend for the whole
 * program, so it needs a worker of its own.
 */
export class StockOpponent {
  private constructor(
    private readonly setup: EngineSetup,
    private readonly step: StockStep,
    private readonly device: GPUDevice,
  ) {}

  /** @throws Error if there is no adapter */
  static async open(setup: EngineSetup): Promise<StockOpponent> {
    await useBackend('webgpu');
    const backend = tf.backend();
    if (!(backend instanceof WebGPUBackend)) throw new Error('tfjs did not start its WebGPU backend');
    return new StockOpponent(setup, new StockStep(setup), backend.device);
  }

  /**
   * One step. Views and gate noise are made before the clock starts, which favours stock tfjs.
   * @throws EngineFault if the GPU failed
   */
  async timedStep(input: StepInput): Promise<StockStepTime> {
    const data = stepData(this.setup, input);
    const counter = countCommands(this.device);
    try {
      const started = performance.now();
      // The step records its terms last, so when they are there, all of it is done.
      const terms = await onSoundDevice(() => this.step.step(data, input));
      return { ms: performance.now() - started, counts: counter.counts(), terms };
    } finally {
      counter.stop();
    }
  }

  dispose(): void {
    this.step.dispose();
  }
}

/** Views and gate noise of a dual-gating step, computed on the CPU. */
export function stepData(setup: EngineSetup, { indices, views, gateSeeds }: StepInput): StepData {
  const view = (which: 0 | 1) =>
    augmentBatch(setup.images, indices, views[which], setup.trainingNormalisation);
  const noise = gateDraws(setup.network, indices.length, gateSeeds[0]).map(logisticNoise);
  return { batch: indices.length, views: [view(0), view(1)], noise: [noise, []] };
}
