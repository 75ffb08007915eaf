import type { StepTerms } from '../../engine.ts';
import type { Span } from '../../plan/memory.ts';
import { readTerms } from '../../plan/termsRead.ts';
import type { FaultWatch } from './fault.ts';
import type { Gpu } from './gpu.ts';

/** Number of copies of the ring that may be in flight at once. */
const COPIES = 3;

interface Waiting {
  readonly step: number;
  /** Weights of the system's terms in this step. */
  readonly weights: readonly number[];
  readonly settle: (terms: StepTerms) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Resolves the promises of steps with their terms from the ring on the GPU, and never makes the GPU wait. The
 * ring is copied at the end of a step's own commands and read while later steps are computed. While all
 * copies are in flight, a step goes without one, and its terms come with the next copy.
 */
export class TermsReader {
  private waiting: Waiting[] = [];
  private readonly idle: GPUBuffer[] = [];

  constructor(
    private readonly gpu: Gpu,
    private readonly ring: Span,
    private readonly faults: FaultWatch,
  ) {
    for (let i = 0; i < COPIES; i++) this.idle.push(gpu.readback(ring.size));
  }

  /** The terms of a step whose commands are being recorded. */
  expect(step: number, weights: readonly number[]): Promise<StepTerms> {
    return new Promise((settle, fail) => {
      this.waiting.push({ step, weights, settle, fail });
    });
  }

  /** Records a copy at the end of a step, if one is idle. The caller calls the result after the submit. */
  record(commands: GPUCommandEncoder): () => void {
    const target = this.idle.pop();
    if (target === undefined) return () => {};
    const waiting = this.waiting;
    this.waiting = [];
    this.gpu.copy(commands, this.ring, target);
    return () => void this.deliver(target, waiting);
  }

  dispose(): void {
    this.fail(new Error('the engine was disposed of'));
  }

  private async deliver(target: GPUBuffer, waiting: readonly Waiting[]): Promise<void> {
    try {
      await this.faults.guard(target.mapAsync(GPUMapMode.READ));
      const ring = new Float32Array(target.getMappedRange().slice(0));
      target.unmap();
      this.idle.push(target);
      for (const { step, weights, settle } of waiting) settle(readTerms(ring, step, weights));
      // Some steps went without a copy, and no other copy is in flight. Perhaps no later step comes, so copy
      // now.
      if (this.waiting.length > 0 && this.idle.length === COPIES) this.flush();
    } catch (error) {
      for (const { fail } of waiting) fail(error);
      this.fail(error);
    }
  }

  private flush(): void {
    const commands = this.gpu.device.createCommandEncoder();
    const deliver = this.record(commands);
    this.gpu.submit(commands);
    deliver();
  }

  private fail(error: unknown): void {
    for (const { fail } of this.waiting.splice(0)) fail(error);
  }
}
