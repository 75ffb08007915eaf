import type { Images } from '../../data/images/dataset.ts';
import type { Normalisation } from '../../data/images/recipe.ts';
import type { Encoded } from '../../engine.ts';
import type { FrozenNetwork } from '../../network/slice.ts';
import { rowsShape, unpadMap } from '../../plan/maps.ts';
import { packBytes } from '../../plan/viewRecords.ts';
import type { Tuning } from '../kernels/convolution/tuning.ts';
import { evaluationInput } from '../kernels/views/viewEvaluation.ts';
import { type InferencePlan, planInference } from '../plan/inferencePlan.ts';
import { Gpu, type Program } from './gpu.ts';

/** How a frozen network is run. */
export interface InferenceOptions {
  readonly tuning: Tuning;
  /** True: quads of channels that an image's gates close are not computed. */
  readonly skipClosed: boolean;
  readonly normalisation: Normalisation;
}

/** A frozen network that is compiled for a fixed batch of images. The images are on the GPU already. */
export class GpuInference {
  private constructor(
    private readonly gpu: Gpu,
    private readonly program: Program,
    private readonly plan: InferencePlan,
    private readonly frozen: FrozenNetwork,
    private readonly images: number,
  ) {}

  /** @throws Error when a kernel is refused */
  static async open(
    device: GPUDevice,
    frozen: FrozenNetwork,
    images: Images,
    { tuning, skipClosed, normalisation }: InferenceOptions,
  ): Promise<GpuInference> {
    const gpu = new Gpu(device);
    const { count, size } = images;
    const plan = planInference(frozen, gpu.memory, count, tuning, skipClosed);
    for (const { span, values } of plan.constants) gpu.write(span, values);
    const bytes = packBytes(images.pixels.subarray(0, count * size * size * 3));
    const pixels = gpu.allocate('images', bytes.length);
    gpu.write(pixels, bytes);
    const [input, program] = await Promise.all([
      gpu.compile([
        evaluationInput({
          images: pixels,
          y: plan.views,
          size,
          border: plan.border,
          from: 0,
          to: count,
          normalisation,
        }),
      ]),
      gpu.compile(plan.dispatches),
    ]);
    const inference = new GpuInference(gpu, program, plan, frozen, count);
    inference.submit(input);
    return inference;
  }

  /** Runs one forward pass and returns its features [N, F]. */
  async run(): Promise<Float32Array> {
    this.submit(this.program);
    const { features } = this.frozen.network;
    const padded = new Float32Array(await this.gpu.read(this.plan.features));
    return unpadMap(rowsShape(this.images, features), padded);
  }

  /** Runs one forward pass and returns its features and the decisions of its gates. */
  async encode(): Promise<Encoded> {
    const features = await this.run();
    const contents = await Promise.all(this.plan.gates.map((gate) => this.gpu.read(gate)));
    return {
      features,
      gates: contents.map((gate, l) =>
        Uint8Array.from(unpadMap(rowsShape(this.images, this.frozen.inner[l]!), new Float32Array(gate))),
      ),
    };
  }

  dispose(): void {
    this.gpu.dispose();
  }

  private submit(program: Program): void {
    const commands = this.gpu.device.createCommandEncoder();
    const pass = commands.beginComputePass();
    program.record(pass);
    pass.end();
    this.gpu.submit(commands);
  }
}
