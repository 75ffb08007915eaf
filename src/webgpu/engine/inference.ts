import type { Images } from '../../data/images/dataset.ts';
import type { FrozenNetwork } from '../../network/slice.ts';
import { type InferencePlan, type InferenceSettings, planInference } from '../../plan/inferencePlan.ts';
import type { Span } from '../../plan/memory.ts';
import { PlannedInference } from '../../plan/plannedInference.ts';
import type { Tuning } from '../kernels/convolution/tuning.ts';
import { GpuInferenceOperations } from '../plan/gpuInferenceOperations.ts';
import { Gpu, type Program } from './gpu.ts';

/** How a frozen network is run. */
export interface InferenceOptions extends Omit<InferenceSettings, 'images'> {
  readonly tuning: Tuning;
}

/** A frozen network compiled for a fixed batch of images. These are on the GPU, until others are shown. */
export class GpuInference extends PlannedInference {
  private constructor(
    private readonly gpu: Gpu,
    private readonly programs: Readonly<Record<'input' | 'forward', Program>>,
    plan: InferencePlan,
    frozen: FrozenNetwork,
    images: number,
  ) {
    super(plan, frozen, images);
  }

  /** @throws Error when a kernel is refused */
  static async open(
    device: GPUDevice,
    frozen: FrozenNetwork,
    images: Images,
    { tuning, ...settings }: InferenceOptions,
  ): Promise<GpuInference> {
    const gpu = new Gpu(device);
    const { count } = images;
    const record = () => new GpuInferenceOperations(tuning);
    const plan = planInference(frozen, gpu.memory, record, { ...settings, images: count });
    const [input, forward] = await Promise.all([
      gpu.compile(plan.input.dispatches),
      gpu.compile(plan.forward.dispatches),
    ]);
    const inference = new GpuInference(gpu, { input, forward }, plan, frozen, count);
    inference.start(images);
    return inference;
  }

  override dispose(): void {
    this.gpu.dispose();
  }

  protected override write(span: Span, data: ArrayBufferView<ArrayBuffer>): void {
    this.gpu.write(span, data);
  }

  protected override read(spans: readonly Span[]): Promise<ArrayBuffer[]> {
    return this.gpu.readAll(spans);
  }

  protected override do(what: 'input' | 'forward'): void {
    const commands = this.gpu.device.createCommandEncoder();
    const pass = commands.beginComputePass();
    this.programs[what].record(pass);
    pass.end();
    this.gpu.submit(commands);
  }
}
