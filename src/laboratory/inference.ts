import { inferenceForms } from '../inference/forms.ts';
import { measureInference } from '../inference/measure.ts';
import { openTfjs } from '../inference/openTfjs.ts';
import { branchNetwork } from '../network/slice.ts';
import type { InferenceOutcome } from './inferenceOrder.ts';
import type { JobProgress } from './jobs.ts';
import { doJobs } from './jobs.ts';
import type { Laboratory } from './laboratory.ts';
import { openGates } from './slice.ts';

/** Images of a full batch. */
const BATCH = 64;
const ROUNDS = { latency: 15, throughput: 5 };

/**
 * Carries out an order of inference, on WASM: forms are cut by the gates of the test images.
 * @param tell may wait, and throws to cancel
 * @throws Error for a network without gates
 */
export async function performInference(
  laboratory: Laboratory,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<InferenceOutcome> {
  const { network, state, data } = laboratory;
  if (!network.spec.gated)
    throw new Error('inference: the network must have gates, and this one has none. Train a gated system.');
  const { test } = await openGates(laboratory, tell);
  const forms = inferenceForms(branchNetwork(network, state, 'gated'), test);
  const count = Math.min(BATCH, data.test.count);
  const found: InferenceOutcome[] = [];
  await doJobs(
    [
      {
        task: 'Timing on WASM',
        unit: 'forwards',
        cost: 1,
        work: async (onProgress) => {
          const report = await measureInference(forms, openTfjs, {
            engine: 'wasm',
            device: 'tfjs WebAssembly, one thread',
            images: { ...data.test, count },
            rounds: ROUNDS,
            onProgress,
          });
          found.push({ kind: 'inference', report });
        },
      },
    ],
    tell,
  );
  return found[0]!;
}
