import { inferenceForms } from '../inference/forms.ts';
import { type InferenceDevice, measureInference } from '../inference/measure.ts';
import { inferenceCpu } from '../inference/openCpu.ts';
import type { InferencePlaces } from '../inference/places.ts';
import type { InferenceOrder, InferenceOutcome } from './door/inferenceOrder.ts';
import type { JobProgress } from './jobs.ts';
import { doJobs } from './jobs.ts';
import { gatedNetwork, type Laboratory } from './laboratory.ts';
import { orderedShift } from './orderedShift.ts';
import { openGates } from './slice.ts';

/** Images of a full batch. */
const BATCH = 64;
const ROUNDS = { latency: 15, throughput: 5 };

const DEVICES: Readonly<
  Record<InferenceOrder['engine'], (places: InferencePlaces) => Promise<InferenceDevice>>
> = {
  wasm: async (places) => inferenceCpu(places),
  // It is loaded only here, because Node cannot read the shaders that it imports.
  webgpu: async () => (await import('../inference/openGpu.ts')).openInferenceDevice(),
};

/**
 * Carries out an order of inference. The gates of the test images decide how forms are cut.
 * @param tell may wait, and throws to cancel
 * @throws Error for a network without gates, and for WebGPU if there is no adapter
 */
export async function performInference(
  laboratory: Laboratory,
  { engine, ...gates }: InferenceOrder,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<InferenceOutcome> {
  const { network, data, places } = laboratory;
  if (!network.spec.gated)
    throw new Error('inference: the network must have gates, and this one has none. Train a gated system.');
  const shift = await orderedShift(laboratory, gates, tell);
  const { test } = await openGates(laboratory, tell, shift);
  const gated = gatedNetwork(laboratory, shift);
  const forms = inferenceForms(gated, test);
  const count = Math.min(BATCH, data.test.count);
  const found: InferenceOutcome[] = [];
  await doJobs(
    [
      {
        task: `Timing on ${engine === 'wasm' ? 'WASM' : 'WebGPU'}`,
        unit: 'forwards',
        cost: 1,
        work: async (onProgress) => {
          const on = await DEVICES[engine](places);
          const order = { engine, device: on.name, images: { ...data.test, count }, rounds: ROUNDS };
          try {
            const report = await measureInference(forms, on.open, { ...order, onProgress });
            found.push({ kind: 'inference', gateShift: gated.gateShift ?? 0, report });
          } finally {
            on.dispose();
          }
        },
      },
    ],
    tell,
  );
  return found[0]!;
}
