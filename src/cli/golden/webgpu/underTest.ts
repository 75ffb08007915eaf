import type { Tuning } from '../../../webgpu/tuning.ts';
import type { UnderTest } from '../underTest.ts';
import { openWebGpu } from './steps.ts';

/** The compiled engine and its kernels, on a device with every limit that its adapter has. */
export function webGpuUnderTest(device: GPUDevice, tuning: Tuning): UnderTest {
  return {
    open: (setup, batch) => openWebGpu(device, setup, { batch, tuning }),
    async differentiate(setup, data, settings) {
      const engine = await openWebGpu(device, setup, { batch: data.batch, tuning, gatedPasses: 'mean' });
      try {
        return await engine.stepOn(data, settings);
      } finally {
        engine.dispose();
      }
    },
  };
}
