import type { Images } from '../../data/images/dataset.ts';
import type { ViewParameters } from '../../data/images/views.ts';
import type { Encoded, Engine, EngineSetup, EngineState, StepInput, StepTerms } from '../../engine.ts';
import type { Branch } from '../../metrics.ts';
import type { NamedTensors } from '../../network/parameters.ts';
import { branchFeatures } from '../../network/slim.ts';
import { padMap, rowsShape, unpadMap } from '../../plan/maps.ts';
import { Memory, part, type Span } from '../../plan/memory.ts';
import { packStepScalars } from '../../plan/stepScalars.ts';
import { packBytes, packBytesBetween, packViews } from '../../plan/viewRecords.ts';
import { type GpuEvaluationPlan, type GpuPlanOptions, type GpuStepPlan, planOnGpu } from '../plan/gpuPlan.ts';
import { FaultWatch } from './fault.ts';
import { Gpu, type Program } from './gpu.ts';
import { PacedProgram } from './pacedProgram.ts';
import { type Pace, TimedPacing } from './pacing.ts';
import { type KernelTime, profile } from './profile.ts';
import { TermsReader } from './termsReader.ts';

/** Counts of what an engine has asked of its device since it was opened. */
export interface EngineCounts {
  readonly dispatches: number;
  readonly submits: number;
  /** Submits of the next step: more than one where a step takes long (pacing.ts). */
  readonly stepSubmits: number;
  readonly buffersCreated: number;
  /** Bytes of the buffers that exist now. */
  readonly memoryBytes: number;
  /** Time that JavaScript spent on packing, recording and submitting steps, milliseconds. */
  readonly encodeMs: number;
}

/** A compiled evaluation of one branch. */
interface Evaluation {
  readonly plan: GpuEvaluationPlan;
  readonly program: PacedProgram;
}

/**
 * The training step as compute shaders: one plan of buffers and dispatches, made once, recorded and submitted
 * for every step: in one submit, or in several where a step takes long. Steps may be asked for before the
 * terms of earlier ones have come; they are computed in order.
 */
export class WebGpuEngine implements Engine {
  readonly ahead = 16;
  private taken = 0;
  private encodeMs = 0;

  private constructor(
    private readonly setup: EngineSetup,
    readonly gpu: Gpu,
    readonly plan: GpuStepPlan,
    private readonly program: Program,
    private readonly paced: PacedProgram,
    private readonly evaluations: ReadonlyMap<Branch, Evaluation>,
    private readonly faults: FaultWatch,
    private readonly terms: TermsReader,
  ) {}

  /**
   * Plans and compiles the step, and uploads the images and the state.
   * @param device has every limit that the plan needs
   * @param pace decides how many submits a step or an evaluation is
   * @throws EngineFault when the device fails
   */
  static async open(
    device: GPUDevice,
    setup: EngineSetup,
    options: GpuPlanOptions,
    memory = new Memory(),
    pace: Pace = (dispatches) => new TimedPacing(dispatches),
  ): Promise<WebGpuEngine> {
    const faults = new FaultWatch(device);
    const { plan, evaluations } = planOnGpu(setup, memory, options);
    const gpu = new Gpu(device, memory);
    const terms = new TermsReader(gpu, plan.ring, faults);
    const engine = await faults.guard(
      (async () => {
        const program = await gpu.compile(plan.operations.dispatches);
        const paced = new PacedProgram(gpu, program, pace(plan.operations.dispatches));
        const compiled = new Map<Branch, Evaluation>();
        for (const evaluation of evaluations) {
          const { branch } = evaluation;
          const { dispatches } = evaluation.operations;
          const program = new PacedProgram(gpu, await gpu.compile(dispatches), pace(dispatches));
          compiled.set(branch, { plan: evaluation, program });
        }
        return new WebGpuEngine(setup, gpu, plan, program, paced, compiled, faults, terms);
      })(),
    );
    for (const { span, data } of plan.operations.uploads) gpu.write(span, data);
    if (plan.pixels) gpu.write(plan.pixels, packBytes(setup.images.pixels));
    await engine.load(setup.initial);
    return engine;
  }

  async step(input: StepInput): Promise<StepTerms> {
    this.faults.check();
    const started = performance.now();
    const { records } = this.plan;
    if (records === null) throw new Error('engine: this plan takes views that are given (stepOn)');
    this.gpu.write(records, packViews(input.indices, this.passViews(input), this.setup.images.size));
    this.encodeMs += performance.now() - started;
    return this.submitStep(input);
  }

  /**
   * Takes one step on given views and noise. For checks, with a plan whose inputs are `given`.
   * @param views [N, S, S, 3] per pass, normalised
   * @param noise logistic noise per pass and block, [N, C]; empty for dense passes
   */
  async stepOn(
    views: readonly Float32Array[],
    noise: readonly (readonly Float32Array[])[],
    settings: Pick<StepInput, 'learningRate' | 'aim' | 'boundWidth'>,
  ): Promise<StepTerms> {
    const { plan, gpu } = this;
    const { rows, network } = plan.context;
    const side = network.spec.input;
    const images = rows.images * rows.passes;
    const shape = { images, height: side, width: side, channels: 3, border: plan.border };
    gpu.write(plan.views, padMap(shape, joined(views)));
    plan.noise.forEach((span, l) => {
      const { channels } = network.blocks[l]!;
      const none = new Float32Array(rows.images * channels);
      gpu.write(span, joined(noise.map((ofPass) => ofPass[l] ?? none)));
    });
    return this.submitStep({ ...settings, gateSeeds: [0, 0] });
  }

  /**
   * Evaluates given views. For checks, with a plan whose inputs are `given`.
   * @param views [n, S, S, 3], normalised; n at most the views of a step
   * @returns features [n, F], F of the branch; gates and logits per block, [n, C], empty for the dense branch
   */
  async evaluateOn(
    views: Float32Array,
    branch: Branch,
  ): Promise<Record<'gates' | 'logits', Float32Array[]> & { features: Float32Array }> {
    const evaluation = this.evaluation(branch);
    const { plan } = evaluation;
    if (plan.pixels !== null) throw new Error('engine: this plan draws its views from images (encode)');
    const { network } = this.setup;
    const side = network.spec.input;
    const count = views.length / (side * side * 3);
    const { border } = this.plan;
    this.gpu.write(
      plan.views,
      padMap({ images: count, height: side, width: side, channels: 3, border }, views),
    );
    evaluation.program.submit();
    const values = await this.evaluated(plan, [...plan.gates, ...plan.logits], count);
    return {
      features: values.features,
      gates: values.perBlock.slice(0, plan.gates.length),
      logits: values.perBlock.slice(plan.gates.length),
    };
  }

  async encode(images: Images, from: number, to: number, branch: Branch): Promise<Encoded> {
    const evaluation = this.evaluation(branch);
    const { network } = this.setup;
    const columns = branchFeatures(network, branch);
    const features = new Float32Array((to - from) * columns);
    const gates = evaluation.plan.gates.map(
      (_, l) => new Uint8Array((to - from) * network.blocks[l]!.channels),
    );
    for (let first = from; first < to; first += evaluation.plan.images) {
      const count = Math.min(evaluation.plan.images, to - first);
      const part = await this.encodeBatch(evaluation, images, first, count);
      features.set(part.features, (first - from) * columns);
      part.gates.forEach((values, l) => {
        gates[l]!.set(values, (first - from) * network.blocks[l]!.channels);
      });
    }
    return { features, gates };
  }

  async state(): Promise<EngineState> {
    const { gpu, plan } = this;
    const { network } = this.setup;
    const spans = [plan.state.parameters, plan.state.momenta, plan.state.running];
    const read = await this.faults.guard(gpu.readAll(spans));
    const flat = (place: number) => new Float32Array(read[place]!);
    return {
      parameters: plan.weights.unpackParameters(flat(0)),
      momenta: plan.weights.unpackParameters(flat(1)),
      buffers: plan.weights.unpackRunning(flat(2), network),
    };
  }

  async load(state: EngineState): Promise<void> {
    this.faults.check();
    const { gpu, plan } = this;
    const parameters = plan.weights.packParameters(state.parameters);
    const momenta = plan.weights.packParameters(state.momenta);
    const running = plan.weights.packRunning(state.buffers, this.setup.network);
    gpu.write(plan.state.parameters, parameters);
    gpu.write(plan.state.momenta, momenta);
    gpu.write(plan.state.running, running);
    gpu.write(plan.total, new Float32Array(4));
  }

  async gradients(input: StepInput): Promise<NamedTensors> {
    const before = await this.state();
    await this.step({ ...input, learningRate: 0 });
    const gradients = await this.newestGradients();
    // At learning rate 0 the step moved no weight, but it moved momenta and running statistics.
    await this.load(before);
    return gradients;
  }

  /** Gradients of the newest step, in PyTorch's layouts. Waits for the GPU. */
  async newestGradients(): Promise<Map<string, Float32Array>> {
    const flat = new Float32Array(await this.faults.guard(this.gpu.read(this.plan.state.gradients)));
    return this.plan.weights.unpackParameters(flat);
  }

  /** Rows [P·N, columns] of the newest step. The plan must keep everything. Waits for the GPU. */
  async rows(span: Span, columns: number): Promise<Float32Array> {
    const { images, passes } = this.plan.context.rows;
    const padded = new Float32Array(await this.faults.guard(this.gpu.read(span)));
    return unpadMap(rowsShape(images * passes, columns), padded);
  }

  addImages(from: number, to: number): void {
    const { pixels } = this.plan;
    if (pixels === null) throw new Error('engine: this plan takes views that are given (stepOn)');
    const { images } = this.setup;
    const perImage = images.size ** 2 * 3;
    const { at, words } = packBytesBetween(images.pixels, from * perImage, to * perImage);
    this.gpu.write({ ...pixels, offset: pixels.offset + at, size: words.byteLength }, words);
  }

  heldBytes(): number {
    return this.gpu.counts().bytes;
  }

  counts(): EngineCounts {
    const { buffers, bytes, submits } = this.gpu.counts();
    const dispatches = this.taken * this.program.dispatches.length;
    const stepSubmits = this.paced.pacing.ends.length;
    const { encodeMs } = this;
    return { dispatches, submits, stepSubmits, buffersCreated: buffers, memoryBytes: bytes, encodeMs };
  }

  /**
   * Takes one more step on the newest inputs and times every dispatch by itself.
   * @throws Error when the device has no timestamp queries
   */
  profile(): Promise<KernelTime[]> {
    return this.faults.guard(profile(this.gpu, this.program));
  }

  /** Waits until the GPU has finished everything that was submitted. */
  async settled(): Promise<void> {
    await this.faults.guard(this.gpu.device.queue.onSubmittedWorkDone());
  }

  dispose(): void {
    this.terms.dispose();
    this.gpu.dispose();
    this.faults.dispose();
  }

  /** How the images of each pass are made. */
  private passViews({ views }: StepInput): (readonly ViewParameters[])[] {
    return this.setup.system.passes.map(({ view }) => views[view]);
  }

  /**
   * Gate seeds by pass. Seeds are given by view, but the kernels draw by pass, and only the first two can be
   * gated.
   */
  private passSeeds({ gateSeeds }: Pick<StepInput, 'gateSeeds'>): [number, number] {
    const [first, second] = this.setup.system.passes;
    return [gateSeeds[first?.view ?? 0], gateSeeds[second?.view ?? 1]];
  }

  private submitStep(input: Omit<StepInput, 'indices' | 'views'>): Promise<StepTerms> {
    const started = performance.now();
    const { gpu, plan } = this;
    const termWeights = this.weightsOf(input);
    const passSeeds = this.passSeeds(input);
    gpu.write(plan.step, packStepScalars({ ...input, passSeeds, termWeights, step: this.taken }));
    const terms = this.terms.expect(this.taken++, termWeights);
    let deliver = () => {};
    this.paced.submit(
      (commands) => gpu.move(commands, plan.state.running, plan.runningBefore),
      (commands) => {
        this.restoreIdle(commands, termWeights);
        deliver = this.terms.record(commands);
      },
    );
    deliver();
    this.encodeMs += performance.now() - started;
    return terms;
  }

  private weightsOf({ termWeights }: Pick<StepInput, 'termWeights'>): readonly number[] {
    const { terms } = this.setup.system;
    if (termWeights !== undefined && termWeights.length !== terms.length) {
      throw new Error(
        `step: must have a weight for each of the ${terms.length} terms, got ${termWeights.length}`,
      );
    }
    return termWeights ?? terms.map(({ weight }) => weight);
  }

  /**
   * Puts back the running statistics of each narrow width that was computed although none of its terms
   * counts.
   */
  private restoreIdle(commands: GPUCommandEncoder, termWeights: readonly number[]): void {
    const { gpu, plan } = this;
    for (const { spans, terms } of plan.narrowRunning) {
      if (terms.some((term) => termWeights[term] !== 0)) continue;
      for (const { offset, length } of spans) {
        gpu.move(
          commands,
          part(plan.runningBefore, offset, length),
          part(plan.state.running, offset, length),
        );
      }
    }
  }

  private evaluation(branch: Branch): Evaluation {
    const evaluation = this.evaluations.get(branch);
    if (evaluation === undefined) throw new Error(`engine: this system has no ${branch} branch`);
    return evaluation;
  }

  /**
   * Features [count, F of the branch] of an evaluation, and the rows of `spans`. These belong to block after
   * block, and start again at the first block after the last.
   */
  private async evaluated(
    { features, branch }: GpuEvaluationPlan,
    spans: readonly Span[],
    count: number,
  ): Promise<{ features: Float32Array; perBlock: Float32Array[] }> {
    const { network } = this.setup;
    const read = await this.faults.guard(this.gpu.readAll([features, ...spans]));
    const rows = (bytes: ArrayBuffer, columns: number) =>
      unpadMap(rowsShape(count, columns), new Float32Array(bytes));
    const perBlock = spans.map((_, i) =>
      rows(read[i + 1]!, network.blocks[i % network.blocks.length]!.channels),
    );
    const all = rows(read[0]!, network.features);
    const columns = branchFeatures(network, branch);
    // A narrow width's features are the first ones of each row. The rest of the row is zeros.
    const own = all.filter((_, i) => i % network.features < columns);
    return { features: own, perBlock };
  }

  private async encodeBatch(
    evaluation: Evaluation,
    images: Images,
    from: number,
    count: number,
  ): Promise<Encoded> {
    const { plan } = evaluation;
    const perImage = images.size ** 2 * 3;
    if (plan.pixels === null) throw new Error('engine: this plan takes views that are given (evaluateOn)');
    // The rest of the batch still holds other images. They are computed too, and their results are not read.
    const pixels = images.pixels.subarray(from * perImage, (from + count) * perImage);
    this.gpu.write(plan.pixels, packBytes(pixels));
    evaluation.program.submit();
    const { features, perBlock } = await this.evaluated(plan, plan.gates, count);
    return { features, gates: perBlock.map((values) => Uint8Array.from(values)) };
  }
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
