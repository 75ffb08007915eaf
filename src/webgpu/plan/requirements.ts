import { ALIGNMENT, Memory } from '../../plan/memory.ts';
import type { PlannedSetup } from '../../plan/stepPlan.ts';
import type { Dispatch } from '../kernels/kernel.ts';
import { type GpuPlanOptions, planOnGpu } from './gpuPlan.ts';

/** What a training step and its evaluations ask of an adapter. */
export interface Requirements {
  /** All buffers together. */
  readonly bytes: number;
  readonly largestBuffer: { readonly name: string; readonly bytes: number };
  /** The largest part of a buffer that a kernel sees, bytes. */
  readonly largestBinding: number;
  /** The largest number of storage buffers that a kernel binds. */
  readonly storageBuffers: number;
  /** The largest number of workgroups along one axis. */
  readonly workgroups: number;
}

/** The limits of an adapter that a step can exceed. */
export type Limits = Pick<
  GPUSupportedLimits,
  | 'maxBufferSize'
  | 'maxStorageBufferBindingSize'
  | 'maxStorageBuffersPerShaderStage'
  | 'maxComputeWorkgroupsPerDimension'
>;

/**
 * Plans a step without a device, to know what it needs.
 * @throws Error when a kernel needs more workgroups than any device has
 */
export function requirementsOf(setup: PlannedSetup, options: GpuPlanOptions): Requirements {
  const memory = new Memory();
  const { plan, evaluations } = planOnGpu(setup, memory, options);
  const dispatches = [plan, ...evaluations].flatMap(
    ({ operations }): readonly Dispatch[] => operations.dispatches,
  );
  const most = (of: (dispatch: Dispatch) => readonly number[]) =>
    dispatches.reduce((max, dispatch) => Math.max(max, ...of(dispatch)), 0);
  const { name, size } = memory.largest!;
  return {
    // The shape of each dispatch takes one aligned place in a buffer.
    bytes: memory.bytes + ALIGNMENT * dispatches.length,
    largestBuffer: { name, bytes: size },
    largestBinding: most(({ buffers }) => buffers.map((span) => span.size)),
    storageBuffers: most(({ buffers }) => [buffers.length]),
    workgroups: most(({ workgroups }) => workgroups),
  };
}

/** Sentences that say what an adapter lacks and which settings to lower. Null if the adapter suffices. */
export function refuse(requirements: Requirements, limits: Limits): string | null {
  const { largestBuffer, largestBinding, storageBuffers, workgroups } = requirements;
  const lower = 'Lower the batch, the width or the projector.';
  if (largestBuffer.bytes > limits.maxBufferSize) {
    const holder = largestBuffer.name === 'training images' ? 'Train on fewer or smaller images.' : lower;
    return `WebGPU needs a buffer of ${megabytes(largestBuffer.bytes)} for ${largestBuffer.name}, and this adapter allows ${megabytes(limits.maxBufferSize)}. ${holder}`;
  }
  if (largestBinding > limits.maxStorageBufferBindingSize) {
    const what = largestBinding === largestBuffer.bytes ? ` for ${largestBuffer.name}` : '';
    return `A WebGPU kernel needs ${megabytes(largestBinding)} of one buffer${what}, and this adapter allows ${megabytes(limits.maxStorageBufferBindingSize)}. ${what.endsWith('training images') ? 'Train on fewer or smaller images.' : lower}`;
  }
  if (workgroups > limits.maxComputeWorkgroupsPerDimension)
    return `A WebGPU kernel needs ${workgroups} workgroups along one axis, and this adapter allows ${limits.maxComputeWorkgroupsPerDimension}. ${lower}`;
  if (storageBuffers > limits.maxStorageBuffersPerShaderStage)
    return `A WebGPU kernel needs ${storageBuffers} buffers, and this adapter allows ${limits.maxStorageBuffersPerShaderStage}. Choose the WASM engine.`;
  return null;
}

/** 1234567 → “1.2 MB”. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
