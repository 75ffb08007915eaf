import type { EngineSetup, StepTerms } from '../../engine.ts';
import type { Branch } from '../../metrics.ts';
import { Memory, part, type Span } from '../../plan/memory.ts';
import { PlannedEngine } from '../../plan/plannedEngine.ts';
import type { Place } from '../../plan/weightsPlan.ts';
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

/**
 * The training step as compute shaders: one plan of buffers and dispatches, made once, recorded and submitted
 * for every step: in one submit, or in several where a step takes long. Steps may be asked for before the
 * terms of earlier ones have come; they are computed in order.
 */
export class WebGpuEngine extends PlannedEngine {
  readonly ahead = 16;
  private submitMs = 0;

  private constructor(
    setup: EngineSetup,
    readonly gpu: Gpu,
    plan: GpuStepPlan,
    evaluations: readonly GpuEvaluationPlan[],
    private readonly program: Program,
    private readonly paced: PacedProgram,
    private readonly programs: ReadonlyMap<Branch, PacedProgram>,
    private readonly faults: FaultWatch,
    private readonly terms: TermsReader,
  ) {
    super(setup, plan, evaluations);
  }

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
        const programs = new Map<Branch, PacedProgram>();
        for (const { branch, operations } of evaluations) {
          const { dispatches } = operations;
          programs.set(branch, new PacedProgram(gpu, await gpu.compile(dispatches), pace(dispatches)));
        }
        return new WebGpuEngine(setup, gpu, plan, evaluations, program, paced, programs, faults, terms);
      })(),
    );
    for (const { span, data } of plan.operations.uploads) gpu.write(span, data);
    await engine.start();
    return engine;
  }

  protected override check(): void {
    this.faults.check();
  }

  protected override write(span: Span, data: ArrayBufferView<ArrayBuffer>): void {
    this.gpu.write(span, data);
  }

  protected override read(spans: readonly Span[]): Promise<ArrayBuffer[]> {
    return this.faults.guard(this.gpu.readAll(spans));
  }

  protected override take(
    step: number,
    termWeights: readonly number[],
    idle: readonly Place[],
  ): Promise<StepTerms> {
    const started = performance.now();
    const { gpu, plan } = this;
    const terms = this.terms.expect(step, termWeights);
    let deliver = () => {};
    this.paced.submit(
      (commands) => gpu.move(commands, plan.state.running, plan.runningBefore),
      (commands) => {
        for (const { offset, length } of idle) {
          const [from, to] = [plan.runningBefore, plan.state.running];
          gpu.move(commands, part(from, offset, length), part(to, offset, length));
        }
        deliver = this.terms.record(commands);
      },
    );
    deliver();
    this.submitMs += performance.now() - started;
    return terms;
  }

  protected override evaluate(branch: Branch): void {
    this.programs.get(branch)!.submit();
  }

  override heldBytes() {
    return { gpu: this.gpu.counts().bytes, kernels: null };
  }

  counts(): EngineCounts {
    const { buffers, bytes, submits } = this.gpu.counts();
    const dispatches = this.taken * this.program.dispatches.length;
    const stepSubmits = this.paced.pacing.ends.length;
    const encodeMs = this.packMs + this.submitMs;
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
}
