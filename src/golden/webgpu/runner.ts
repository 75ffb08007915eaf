import { Gpu } from '../../webgpu/engine/gpu.ts';
import type { Dispatch, Span } from '../../webgpu/kernels/kernel.ts';

/** Runs single kernels on a device. Their inputs are written first, and their outputs start as NaN. */
export class KernelRunner {
  private readonly gpu: Gpu;

  constructor(device: GPUDevice) {
    this.gpu = new Gpu(device);
  }

  /** A buffer that holds `values`. */
  input(values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): Span {
    const span = this.gpu.allocate('input', values.length);
    this.gpu.write(span, values);
    return span;
  }

  /** A buffer for `count` floats, all NaN, so that a float that no kernel writes fails the check. */
  output(count: number): Span {
    return this.input(new Float32Array(Math.ceil(count / 4) * 4).fill(Number.NaN));
  }

  async run(dispatches: readonly Dispatch[]): Promise<void> {
    const program = await this.gpu.compile(dispatches);
    const commands = this.gpu.device.createCommandEncoder();
    const pass = commands.beginComputePass();
    program.record(pass);
    pass.end();
    this.gpu.submit(commands);
  }

  /** The first `count` floats of a buffer. Waits for the GPU. */
  async floats(span: Span, count: number): Promise<Float32Array<ArrayBuffer>> {
    return new Float32Array(await this.gpu.read(span), 0, count);
  }

  /** Frees every buffer. */
  dispose(): void {
    this.gpu.dispose();
  }
}
