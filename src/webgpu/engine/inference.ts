import type { Images } from '../../data/images/dataset.ts';
import type { Normalisation } from '../../data/images/recipe.ts';
import type { Encoded } from '../../engine.ts';
import type { FrozenNetwork } from '../../network/slice.ts';
import { rowsShape, unpadMap } from '../../plan/maps.ts';
import type { Span } from '../../plan/memory.ts';
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

/** A frozen network compiled for a fixed batch of images. These are on the GPU, until others are shown. */
export class GpuInference {
  private constructor(
    private readonly gpu: Gpu,
    /** Where the images' bytes lie, and what makes the network's input of them. */
    private readonly pixels: Span,
    private readonly input: Program,
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
    const inference = new GpuInference(gpu, pixels, input, program, plan, frozen, count);
    inference.submit(input);
    return inference;
  }

  /**
   * Takes the images [from, to) in the place of the first ones of the batch. The rest stays.
   * @throws RangeError for more images than the batch has
   */
  show({ pixels, size }: Images, from: number, to: number): void {
    if (to - from > this.images)
      throw new RangeError(`inference: at most ${this.images} images, got ${to - from}`);
    const perImage = size ** 2 * 3;
    this.gpu.write(this.pixels, packBytes(pixels.subarray(from * perImage, to * perImage)));
    this.submit(this.input);
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
