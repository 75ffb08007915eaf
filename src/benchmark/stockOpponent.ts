import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { EngineSetup, StepInput, StepTerms } from '../engine.ts';
import { onSoundDevice, useBackend } from '../method/backend.ts';
import type { StepData } from '../method/differentiate.ts';
import { augmentBatch } from '../method/views/augment.ts';
import { gateDraws, logisticNoise } from '../network/gateNoise.ts';
import { type CommandCounts, countCommands } from './commandCounts.ts';
import { StockStep } from './stockStep.ts';

/** A step of stock tfjs as it was measured. */
export interface StockStepTime {
  readonly ms: number;
  readonly counts: CommandCounts;
  readonly terms: StepTerms;
}

/**
 * Stock tfjs on its WebGPU backend, with the settings that it comes with. It makes tfjs's backend WebGPU for the whole
 * program: have a worker for it.
 */
export class StockOpponent {
  private constructor(
    private readonly setup: EngineSetup,
    private readonly step: StockStep,
    private readonly device: GPUDevice,
  ) {}

  /** @throws Error when there is no adapter */
  static async open(setup: EngineSetup): Promise<StockOpponent> {
    await useBackend('webgpu');
    const backend = tf.backend();
    if (!(backend instanceof WebGPUBackend)) throw new Error('tfjs did not start its WebGPU backend');
    return new StockOpponent(setup, new StockStep(setup), backend.device);
  }

  /**
   * One step. Views and gate noise are made before the clock starts, in its favour.
   * @throws EngineFault when the GPU failed
   */
  async timedStep(input: StepInput): Promise<StockStepTime> {
    const data = stepData(this.setup, input);
    const counter = countCommands(this.device);
    try {
      const started = performance.now();
      // Its terms are the last thing that the step records: they are there when all of it is done.
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

/** Views and gate noise of a dual-gating step, made by the CPU. */
export function stepData(setup: EngineSetup, { indices, views, gateSeeds }: StepInput): StepData {
  const view = (which: 0 | 1) =>
    augmentBatch(setup.images, indices, views[which], setup.trainingNormalisation);
  const noise = gateDraws(setup.network, indices.length, gateSeeds[0]).map(logisticNoise);
  return { batch: indices.length, views: [view(0), view(1)], noise: [noise, []] };
}
