import { expect, it } from 'vitest';
import { newDevice } from '../../webgpu/engine/engine.fixture.ts';
import { untuned } from '../../webgpu/kernels/convolution/tuning.ts';
import { selfTestOn } from './compiled.ts';

// compiled.browser.test.ts runs the self-test with the other stem.

it('WebGPU passes the self-test with a 7×7 stem', async () => {
  const device = await newDevice();
  const { worstError } = await selfTestOn(device, untuned('software', 'short'), 'imagenet');
  expect(worstError).toBeLessThan(1e-4);
});
