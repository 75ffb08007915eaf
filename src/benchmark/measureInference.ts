import type { Images } from '../data/images/dataset.ts';
import { inferenceForms } from '../inference/forms.ts';
import { measureInference, type OpenForm } from '../inference/measure.ts';
import type { InferenceReport } from '../inference/report.ts';
import { standIn } from '../inference/standIn.ts';
import { networkOf } from '../network/fromConfig.ts';
import type { Gates } from '../network/masks.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import { configOf, noiseImages } from './workload.ts';

/** Images of a full batch. */
const BATCH = 64;
const ROUNDS = { latency: 21, throughput: 7 };

/** Where the forms run. */
export interface InferencePlace {
  readonly engine: InferenceReport['engine'];
  readonly device: string;
  readonly open: OpenForm;
  /** A gated network's decisions for some images, per block u8 [N, C]. */
  gates(gated: FrozenNetwork, images: Images): Promise<Gates>;
  /** As in InferenceOrder. */
  readonly clock?: () => number;
}

/** Measures the inference of a stand-in network of this width. */
export async function benchInference(
  width: number,
  { engine, device, open, gates, clock }: InferencePlace,
  say: (line: string) => void,
): Promise<InferenceReport> {
  const images = noiseImages(BATCH);
  const gated = standIn(networkOf(configOf({ width, batch: BATCH }), images.size));
  return measureInference(inferenceForms(gated, await gates(gated, images)), open, {
    ...{ engine, device, images, ...(clock ? { clock } : {}) },
    rounds: ROUNDS,
    onProgress: async (done, total) => {
      if (done % 16 === 0) say(`${done} of ${total} forwards`);
    },
  });
}
