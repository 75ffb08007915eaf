import { megabytes, type Requirements, refuse } from '../plan/requirements.ts';

/**
 * A device with the required limits, and with timestamps if the adapter has them. Buffers may be as large as
 * the adapter allows, because tiles that are timed on the device may need larger partial sums than planned.
 * @throws Error with what the adapter lacks
 */
export async function openDevice(adapter: GPUAdapter, requirements: Requirements): Promise<GPUDevice> {
  const refusal = refuse(requirements, adapter.limits);
  if (refusal !== null) throw new Error(refusal);
  return adapter.requestDevice({
    requiredLimits: {
      maxBufferSize: adapter.limits.maxBufferSize,
      maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: requirements.storageBuffers,
      maxComputeWorkgroupsPerDimension: requirements.workgroups,
    },
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
  });
}

/**
 * Returns the result of `work`, which allocates `bytes` on the device.
 * @throws Error when the GPU does not have that much memory
 */
export async function allocating<T>(device: GPUDevice, bytes: number, work: () => Promise<T>): Promise<T> {
  device.pushErrorScope('out-of-memory');
  const outcome = await work().then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  // A lost device has no error scopes any more. Then the error that `work` met says more.
  const shortage = await device.popErrorScope().catch(() => null);
  if (shortage !== null) {
    throw new Error(
      `The GPU has not the ${megabytes(bytes)} that this run needs. Lower the batch, the width or the projector.`,
    );
  }
  if ('error' in outcome) throw outcome.error;
  return outcome.result;
}
