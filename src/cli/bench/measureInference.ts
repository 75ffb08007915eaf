import { configOf, noiseImages } from '../../benchmark/workload.ts';
import { CIFAR10_EVALUATION } from '../../data/dataset.ts';
import { inferenceForms } from '../../inference/forms.ts';
import { measureInference } from '../../inference/measure.ts';
import { openTfjs } from '../../inference/openTfjs.ts';
import type { InferenceReport } from '../../inference/report.ts';
import { standIn } from '../../inference/standIn.ts';
import { FrozenEncoder } from '../../method/frozenEncoder.ts';
import { networkOf } from '../../network/fromConfig.ts';

/** Images of a full batch. */
const BATCH = 64;
const ROUNDS = { latency: 21, throughput: 7 };

/** Inference of a stand-in network of this width on tfjs's active backend. */
export async function benchInference(width: number, say: (line: string) => void): Promise<InferenceReport> {
  const images = noiseImages(BATCH);
  const gated = standIn(networkOf(configOf({ width, batch: BATCH }), images.size));
  const encoder = new FrozenEncoder(gated, CIFAR10_EVALUATION);
  const { gates } = await encoder.encode(images, 0, images.count);
  encoder.dispose();
  return measureInference(inferenceForms(gated, gates), openTfjs, {
    engine: 'wasm',
    device: 'tfjs WebAssembly, one thread',
    images,
    rounds: ROUNDS,
    onProgress: async (done, total) => {
      if (done % 16 === 0) say(`${done} of ${total} forwards`);
    },
  });
}
