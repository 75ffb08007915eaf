import type { Tuning } from '../../webgpu/kernels/convolution/tuning.ts';
import { differentiatePlanned } from '../plannedSteps.ts';
import type { UnderTest } from '../underTest.ts';
import { batchNorm } from './batchNorm.ts';
import { gateHead, sampleGate } from './gate.ts';
import { cost, vicreg } from './losses.ts';
import { convolve, linear, pool } from './operations.ts';
import { descend } from './optimizer.ts';
import { KernelRunner } from './runner.ts';
import { openWebGpu } from './steps.ts';
import { viewBytes, viewFloats } from './views.ts';

/** The compiled engine and its kernels. The device has every limit of its adapter. */
export function webGpuUnderTest(device: GPUDevice, tuning: Tuning): UnderTest {
  const on = new KernelRunner(device);
  return {
    open: (setup, batch) => openWebGpu(device, setup, { batch, tuning }),
    differentiate: (setup, data, settings) =>
      differentiatePlanned(openWebGpu(device, setup, { batch: data.batch, tuning }), data, settings),
    vicreg: (...of) => vicreg(on, ...of),
    cost: (...of) => cost(on, ...of),
    sampleGate: (...of) => sampleGate(on, ...of),
    gateHead: (head) => gateHead(on, head),
    descend: (...of) => descend(on, ...of),
    convolve: (task) => convolve(on, tuning, task),
    batchNorm: (task) => batchNorm(on, tuning, task),
    linear: (task) => linear(on, task),
    maxPool: (...of) => pool(on, ...of),
    viewBytes: (...of) => viewBytes(on, ...of),
    viewFloats: (...of) => viewFloats(on, ...of),
  };
}
