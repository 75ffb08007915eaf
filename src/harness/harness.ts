import { findAdapter } from '../adapter.ts';
import type { BenchReport } from '../benchmark/door/report.ts';
import { type BenchOrder, type BenchResult, measure } from '../benchmark/measure.ts';
import { benchInference } from '../benchmark/measureInference.ts';
import { openWebGpuEngine } from '../benchmark/openWebGpuEngine.ts';
import { type BenchOrder as ComparisonOrder, runBenchmark } from '../benchmark/runBenchmark.ts';
import { type TrainedSteps, type TrainingOrder, trainSteps } from '../benchmark/trainedSteps.ts';
import type { BrowserEngine } from '../golden/engines.ts';
import type { GoldenFile, GoldenRow } from '../golden/registry.ts';
import { openInferenceDevice } from '../inference/openGpu.ts';
import type { InferenceReport } from '../inference/report.ts';
import { isFallback, useBackend } from '../method/backend.ts';
import { checkOnWebGpu } from './checks.ts';

// This code runs in the page. It makes the golden checks, times steps on tfjs's WebGPU backend, compares the
// engines, times inference and trains.

/** A bench order that may leave the number of steps to the adapter. */
export type BenchRequest = Omit<BenchOrder, 'steps'> & {
  /** Null takes `hardwareSteps` on a GPU, and one on a software adapter, where a step takes half a minute. */
  readonly steps: number | null;
  readonly hardwareSteps: number;
};

declare global {
  interface Window {
    /** Receives each row as soon as it is known. */
    reportRow(row: GoldenRow): Promise<void>;
    /** Returns why there is no device for the checks, or null. */
    checkOnWebGpu?: (files: readonly GoldenFile[], engine: BrowserEngine) => Promise<string | null>;
    /** Receives a line that says how far the measurement is. */
    reportProgress(line: string): Promise<void>;
    measureOnWebGpu?: (request: BenchRequest) => Promise<BenchResult>;
    benchmarkWebGpu?: (order: ComparisonOrder) => Promise<BenchReport>;
    inferenceOnWebGpu?: (width: number) => Promise<InferenceReport>;
    trainOnWebGpu?: (order: TrainingOrder) => Promise<TrainedSteps>;
    /** True once everything above is defined. */
    harnessReady?: boolean;
  }
}

window.checkOnWebGpu = (files, engine) => checkOnWebGpu(files, engine, (row) => window.reportRow(row));

window.measureOnWebGpu = async ({ width, batch, steps: asked, hardwareSteps }) => {
  const { details } = await useBackend('webgpu');
  const adapter = await findAdapter();
  const software = adapter !== null && isFallback(adapter);
  const steps = asked ?? (software ? 1 : hardwareSteps);
  await window.reportProgress(
    `${details.Adapter}${software ? ' (software: half a minute a step, the first longer)' : ''}, warming up`,
  );
  return measure({ width, batch, steps }, (done) => {
    void window.reportProgress(`step ${done} of ${steps}`);
  });
};

window.benchmarkWebGpu = (order) =>
  runBenchmark(order, openWebGpuEngine, (line) => void window.reportProgress(line));

window.inferenceOnWebGpu = async (width) => {
  const { name, open, gates } = await openInferenceDevice();
  return benchInference(width, { engine: 'webgpu', device: name, open, gates }, (line) => {
    void window.reportProgress(line);
  });
};

window.trainOnWebGpu = trainSteps;

window.harnessReady = true;
