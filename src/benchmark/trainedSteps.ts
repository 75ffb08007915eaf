import { findAdapter } from '../adapter.ts';
import { describeAdapter, isFallback } from '../method/backend.ts';
import { engineSetup } from '../session/stage.ts';
import { openDevice } from '../webgpu/engine/device.ts';
import { WebGpuEngine } from '../webgpu/engine/engine.ts';
import { untuned } from '../webgpu/kernels/convolution/tuning.ts';
import { requirementsOf } from '../webgpu/plan/requirements.ts';
import { configOf, noiseImages, stepInputs, type Workload } from './workload.ts';

// Training on the compiled engine, the same in a browser and in Node, so that the two can be compared.

export interface TrainingOrder extends Workload {
  readonly steps: number;
}

/** What steps of training came to, in a form that leaves a browser. */
export interface TrainedSteps {
  readonly adapter: string;
  /** Of each step, before it was taken. */
  readonly losses: readonly number[];
  /** Parameters after the last step, by PyTorch's names. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

/**
 * Trains dual gating on noise, with kernels that compile soon.
 * @throws Error if there is no adapter, EngineFault if the GPU fails
 */
export async function trainSteps({ steps, ...workload }: TrainingOrder): Promise<TrainedSteps> {
  const adapter = await findAdapter();
  if (adapter === null) throw new Error('training: WebGPU is needed, and there is no adapter');
  const { batch } = workload;
  const config = configOf(workload);
  const setup = engineSetup(config, noiseImages(batch));
  const tuning = untuned(isFallback(adapter) ? 'software' : 'hardware', 'short');
  const options = { batch, tuning, inputs: 'drawn' } as const;
  const device = await openDevice(adapter, requirementsOf(setup, options));
  const engine = await WebGpuEngine.open(device, setup, options);
  try {
    const nextInput = stepInputs(config);
    const losses: number[] = [];
    while (losses.length < steps) losses.push((await engine.step(nextInput())).loss);
    const { parameters } = await engine.state();
    const weights = Object.fromEntries([...parameters].map(([name, values]) => [name, Array.from(values)]));
    return { adapter: describeAdapter(adapter), losses, weights };
  } finally {
    engine.dispose();
    device.destroy();
  }
}
