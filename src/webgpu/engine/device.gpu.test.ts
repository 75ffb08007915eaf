import { describe, expect, it } from 'vitest';
import type { Requirements } from '../plan/requirements.ts';
import { allocating, openDevice } from './device.ts';

const FEW: Requirements = {
  bytes: 3_000_000,
  largestBuffer: { name: 'views', bytes: 1_000_000 },
  largestBinding: 1_000_000,
  storageBuffers: 4,
  workgroups: 100,
};

async function adapter(): Promise<GPUAdapter> {
  const found = await navigator.gpu?.requestAdapter();
  if (!found) throw new Error('devices are tested on WebGPU, and this browser gives no adapter');
  return found;
}

describe('a device', () => {
  it('allows what the step needs', async () => {
    const on = await adapter();
    const storageBuffers = on.limits.maxStorageBuffersPerShaderStage;
    const device = await openDevice(on, { ...FEW, storageBuffers });
    expect(device.limits.maxStorageBuffersPerShaderStage).toBe(storageBuffers);
    expect(device.limits.maxBufferSize).toBeGreaterThanOrEqual(FEW.largestBuffer.bytes);
    expect(device.features.has('timestamp-query')).toBe(on.features.has('timestamp-query'));
    device.destroy();
  });

  it('is not asked for where the adapter does not suffice', async () => {
    const on = await adapter();
    const storageBuffers = on.limits.maxStorageBuffersPerShaderStage + 1;
    await expect(openDevice(on, { ...FEW, storageBuffers })).rejects.toThrow('buffers, and this adapter');
    // An adapter gives only one device. Opening one here shows that the refusal has not used it up.
    (await openDevice(on, FEW)).destroy();
  });
});

describe('allocating', () => {
  it('passes on what its work gives, and what it throws', async () => {
    const device = await openDevice(await adapter(), FEW);
    expect(await allocating(device, 1, async () => 7)).toBe(7);
    const broken = allocating(device, 1, () => Promise.reject(new Error('broken')));
    await expect(broken).rejects.toThrow('broken');
    device.destroy();
  });

  it('says what was wanted when memory runs out, rather than what came of it', async () => {
    const device = await openDevice(await adapter(), FEW);
    // A test cannot fill the memory of a GPU, so this device only reports that its memory is full.
    const pop = device.popErrorScope.bind(device);
    device.popErrorScope = async () => (await pop()) ?? new GPUOutOfMemoryError('full');
    const failing = allocating(device, 5e9, () => Promise.reject(new Error('a buffer is invalid')));
    await expect(failing).rejects.toThrow('The GPU has not the 5000 MB that this run needs. Lower the batch');
    device.destroy();
  });
});
