import { beforeAll, describe, it } from 'vitest';
import { RECIPES } from '../../data/images/recipe.ts';
import { useBackend } from '../../method/backend.ts';
import { expectInference, INFERENCE_CASES, imagesOf } from '../../plan/inference.fixture.ts';
import { untuned } from '../kernels/convolution/tuning.ts';
import { testGpu } from './gpu.fixture.ts';
import { GpuInference } from './inference.ts';

let device: GPUDevice;
beforeAll(async () => {
  await useBackend('cpu');
  ({ device } = (await testGpu()).gpu);
});

describe.each(['software', 'hardware'] as const)('inference as it is cut for a %s adapter', (adapter) => {
  it.each(INFERENCE_CASES)('%s: the reference’s features and gates', async (_, frozen, skipClosed) => {
    const options = {
      tuning: untuned(adapter),
      skipClosed,
      normalisation: RECIPES.cifar10.evaluation,
    };
    const inference = await GpuInference.open(device, frozen, imagesOf(frozen), options);
    await expectInference(frozen, inference);
    inference.dispose();
  });
});
