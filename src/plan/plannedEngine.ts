import type { Images } from '../data/images/dataset.ts';
import type { ViewParameters } from '../data/images/views.ts';
import type { Encoded, Engine, EngineSetup, EngineState, StepInput, StepTerms } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import type { NamedTensors } from '../network/parameters.ts';
import { branchFeatures } from '../network/slim.ts';
import type { EvaluationPlan } from './evaluationPlan.ts';
import { padMap, rowsShape, unpadMap } from './maps.ts';
import type { Span } from './memory.ts';
import type { StepPlan } from './stepPlan.ts';
import { packStepScalars } from './stepScalars.ts';
import { packBytes, packBytesBetween, packViews } from './viewRecords.ts';
import type { Place } from './weightsPlan.ts';

/**
 * An engine that runs a plan. What is the same whatever computes: how steps, images and weights go into the
 * plan's buffers, and how results come out. What computes them fulfils the abstract methods.
 */
export abstract class PlannedEngine implements Engine {
  abstract readonly ahead: number;
  /** Steps that were asked for. */
  protected taken = 0;
  /** Time that JavaScript spent on packing the inputs of steps, milliseconds. */
  protected packMs = 0;

  protected constructor(
    protected readonly setup: EngineSetup,
    readonly plan: StepPlan,
    private readonly evaluations: readonly EvaluationPlan[],
  ) {}

  /** @throws EngineFault once the machine has failed */
  protected abstract check(): void;
  protected abstract write(span: Span, data: ArrayBufferView<ArrayBuffer>): void;
  /** Waits for what was asked before. */
  protected abstract read(spans: readonly Span[]): Promise<ArrayBuffer[]>;
  /**
   * Takes a step on what was written.
   * @param idle running statistics that are put back after it
   */
  protected abstract take(
    step: number,
    termWeights: readonly number[],
    idle: readonly Place[],
  ): Promise<StepTerms>;
  /**
   * Evaluates a branch on what was written.
   * @param count of the first images whose results are read; others may be computed too
   */
  protected abstract evaluate(branch: Branch, count: number): Promise<void> | void;
  abstract heldBytes(): ReturnType<Engine['heldBytes']>;
  abstract dispose(): void;

  /** Writes the training images and the first state. */
  protected async start(): Promise<void> {
    if (this.plan.pixels) this.write(this.plan.pixels, packBytes(this.setup.images.pixels));
    await this.load(this.setup.initial);
  }

  async step(input: StepInput): Promise<StepTerms> {
    this.check();
    const started = performance.now();
    const { records } = this.plan;
    if (records === null) throw new Error('engine: this plan takes views that are given (stepOn)');
    this.write(records, packViews(input.indices, this.passViews(input), this.setup.images.size));
    this.packMs += performance.now() - started;
    return this.scheduled(input);
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
    const { plan } = this;
    const { rows, network } = plan.context;
    const side = network.spec.input;
    const images = rows.images * rows.passes;
    const shape = { images, height: side, width: side, channels: 3, border: plan.border };
    this.write(plan.views, padMap(shape, joined(views)));
    plan.noise.forEach((span, l) => {
      const { channels } = network.blocks[l]!;
      const none = new Float32Array(rows.images * channels);
      this.write(span, joined(noise.map((ofPass) => ofPass[l] ?? none)));
    });
    return this.scheduled({ ...settings, gateSeeds: [0, 0] });
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
    const plan = this.evaluation(branch);
    if (plan.pixels !== null) throw new Error('engine: this plan draws its views from images (encode)');
    const { network } = this.setup;
    const side = network.spec.input;
    const count = views.length / (side * side * 3);
    const { border } = this.plan;
    this.write(plan.views, padMap({ images: count, height: side, width: side, channels: 3, border }, views));
    await this.evaluate(branch, count);
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
    const gates = evaluation.gates.map((_, l) => new Uint8Array((to - from) * network.blocks[l]!.channels));
    for (let first = from; first < to; first += evaluation.images) {
      const count = Math.min(evaluation.images, to - first);
      const part = await this.encodeBatch(evaluation, images, first, count);
      features.set(part.features, (first - from) * columns);
      part.gates.forEach((values, l) => {
        gates[l]!.set(values, (first - from) * network.blocks[l]!.channels);
      });
    }
    return { features, gates };
  }

  async state(): Promise<EngineState> {
    const { plan } = this;
    const { network } = this.setup;
    const spans = [plan.state.parameters, plan.state.momenta, plan.state.running];
    const read = await this.read(spans);
    const flat = (place: number) => new Float32Array(read[place]!);
    return {
      parameters: plan.weights.unpackParameters(flat(0)),
      momenta: plan.weights.unpackParameters(flat(1)),
      buffers: plan.weights.unpackRunning(flat(2), network),
    };
  }

  async load(state: EngineState): Promise<void> {
    this.check();
    const { plan } = this;
    const parameters = plan.weights.packParameters(state.parameters);
    const momenta = plan.weights.packParameters(state.momenta);
    const running = plan.weights.packRunning(state.buffers, this.setup.network);
    this.write(plan.state.parameters, parameters);
    this.write(plan.state.momenta, momenta);
    this.write(plan.state.running, running);
    this.write(plan.total, new Float32Array(4));
  }

  async gradients(input: StepInput): Promise<NamedTensors> {
    const before = await this.state();
    await this.step({ ...input, learningRate: 0 });
    const gradients = await this.newestGradients();
    // At learning rate 0 the step moved no weight, but it moved momenta and running statistics.
    await this.load(before);
    return gradients;
  }

  /** Gradients of the newest step, in PyTorch's layouts. Waits for the step. */
  async newestGradients(): Promise<Map<string, Float32Array>> {
    const [flat] = await this.read([this.plan.state.gradients]);
    return this.plan.weights.unpackParameters(new Float32Array(flat!));
  }

  /** Rows [P·N, columns] of the newest step. The plan must keep everything. Waits for the step. */
  async rows(span: Span, columns: number): Promise<Float32Array> {
    const { images, passes } = this.plan.context.rows;
    const [padded] = await this.read([span]);
    return unpadMap(rowsShape(images * passes, columns), new Float32Array(padded!));
  }

  addImages(from: number, to: number): void {
    const { pixels } = this.plan;
    if (pixels === null) throw new Error('engine: this plan takes views that are given (stepOn)');
    const { images } = this.setup;
    const perImage = images.size ** 2 * 3;
    const { at, words } = packBytesBetween(images.pixels, from * perImage, to * perImage);
    this.write({ ...pixels, offset: pixels.offset + at, size: words.byteLength }, words);
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

  private scheduled(input: Omit<StepInput, 'indices' | 'views'>): Promise<StepTerms> {
    const { plan } = this;
    const termWeights = this.weightsOf(input);
    const passSeeds = this.passSeeds(input);
    this.write(plan.step, packStepScalars({ ...input, passSeeds, termWeights, step: this.taken }));
    // A narrow width is computed although none of its terms counts.
    const idle = plan.narrowRunning.filter(({ terms }) => terms.every((term) => termWeights[term] === 0));
    return this.take(
      this.taken++,
      termWeights,
      idle.flatMap(({ spans }) => spans),
    );
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

  private evaluation(branch: Branch): EvaluationPlan {
    const evaluation = this.evaluations.find((each) => each.branch === branch);
    if (evaluation === undefined) throw new Error(`engine: this system has no ${branch} branch`);
    return evaluation;
  }

  /**
   * Features [count, F of the branch] of an evaluation, and the rows of `spans`. These belong to block after
   * block, and start again at the first block after the last.
   */
  private async evaluated(
    { features, branch }: EvaluationPlan,
    spans: readonly Span[],
    count: number,
  ): Promise<{ features: Float32Array; perBlock: Float32Array[] }> {
    const { network } = this.setup;
    const read = await this.read([features, ...spans]);
    const rows = (bytes: ArrayBuffer, columns: number) =>
      unpadMap(rowsShape(count, columns), new Float32Array(bytes));
    const perBlock = spans.map((_, i) =>
      rows(read[i + 1]!, network.blocks[i % network.blocks.length]!.channels),
    );
    const all = rows(read[0]!, network.features);
    const columns = branchFeatures(network, branch);
    // A narrow width's features are the first ones of each row. The rest of the row is zeros.
    const own = columns === network.features ? all : all.filter((_, i) => i % network.features < columns);
    return { features: own, perBlock };
  }

  private async encodeBatch(
    plan: EvaluationPlan,
    images: Images,
    from: number,
    count: number,
  ): Promise<Encoded> {
    const perImage = images.size ** 2 * 3;
    if (plan.pixels === null) throw new Error('engine: this plan takes views that are given (evaluateOn)');
    // The rest of the batch still holds other images, whose results are not read.
    const pixels = images.pixels.subarray(from * perImage, (from + count) * perImage);
    this.write(plan.pixels, packBytes(pixels));
    await this.evaluate(plan.branch, count);
    const { features, perBlock } = await this.evaluated(plan, plan.gates, count);
    return { features, gates: perBlock.map((values) => new Uint8Array(values)) };
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
