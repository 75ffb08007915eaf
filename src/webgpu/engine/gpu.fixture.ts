import { expect } from 'vitest';
import type { Dispatch, Span } from '../kernels/kernel.ts';
import { Gpu } from './gpu.ts';

/** Runs kernels under test, on a device whose errors fail the test that caused them. */
export interface TestGpu {
  readonly gpu: Gpu;
  /** A buffer that holds `values`. */
  input(values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): Span;
  /** A buffer of `count` floats, every one of them NaN. */
  poisoned(count: number): Span;
  /** Runs dispatches in order, in one pass. Fails the test on any GPU error. */
  run(dispatches: readonly Dispatch[]): Promise<void>;
  /** The first `count` floats of a buffer. */
  floats(span: Span, count: number): Promise<Float32Array>;
}

/**
 * The browser's device with every limit that the adapter has.
 * @throws Error when there is no WebGPU, because tests of kernels are never skipped
 */
export async function testGpu(): Promise<TestGpu> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error('kernels are tested on WebGPU, and this browser gives no adapter');
  const { maxStorageBuffersPerShaderStage, maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxStorageBuffersPerShaderStage, maxBufferSize, maxStorageBufferBindingSize },
  });
  const faults: string[] = [];
  device.onuncapturederror = ({ error }) => faults.push(error.message);
  const gpu = new Gpu(device);
  const input: TestGpu['input'] = (values) => {
    const span = gpu.allocate('input', values.length);
    gpu.write(span, values);
    return span;
  };
  return {
    gpu,
    input,
    poisoned: (count) => input(new Float32Array(Math.ceil(count / 4) * 4 + 4).fill(Number.NaN)),
    async run(dispatches) {
      const program = await gpu.compile(dispatches);
      const commands = device.createCommandEncoder();
      const pass = commands.beginComputePass();
      program.record(pass);
      pass.end();
      gpu.submit(commands);
      await device.queue.onSubmittedWorkDone();
      expect(faults).toEqual([]);
    },
    async floats(span, count) {
      return new Float32Array(await gpu.read(span), 0, count);
    },
  };
}
