import type { StepTerms } from '../engine.ts';
import type { FaultWatch } from './fault.ts';
import type { Gpu } from './gpu.ts';
import type { Slice } from './memory.ts';
import { readTerms } from './stepTerms.ts';

/** Terms are read together: at most this long after the first of them was asked for, milliseconds. */
const PATIENCE_MS = 25;

/** Copies of the ring that may be on their way at once. */
const COPIES = 3;

interface Waiting {
  readonly step: number;
  readonly settle: (terms: StepTerms) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Brings the terms of steps from the ring on the GPU to their promises, without making the GPU wait: the ring is copied
 * at the end of a step's own commands, and read while later steps are computed.
 */
export class TermsReader {
  private waiting: Waiting[] = [];
  private since = 0;
  private readonly idle: GPUBuffer[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly gpu: Gpu,
    private readonly ring: Slice,
    private readonly faults: FaultWatch,
  ) {
    for (let i = 0; i < COPIES; i++) this.idle.push(gpu.readback(ring.size));
  }

  /** The terms of a step whose commands are being recorded. */
  expect(step: number): Promise<StepTerms> {
    if (this.waiting.length === 0) this.since = performance.now();
    return new Promise((settle, fail) => {
      this.waiting.push({ step, settle, fail });
    });
  }

  /** Records a copy at the end of a step where one is due; call the result after the submit. */
  recordIfDue(commands: GPUCommandEncoder): (() => void) | null {
    if (performance.now() - this.since < PATIENCE_MS) {
      // If no further step comes, nobody else will copy.
      this.timer ??= setTimeout(() => this.flush(), PATIENCE_MS);
      return null;
    }
    return this.record(commands);
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.fail(new Error('the engine was disposed of'));
  }

  private record(commands: GPUCommandEncoder): (() => void) | null {
    const target = this.idle.pop();
    if (target === undefined) return null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const waiting = this.waiting;
    this.waiting = [];
    this.gpu.copy(commands, this.ring, target);
    return () => void this.deliver(target, waiting);
  }

  /** Copies without a step: those that wait are the last for now. */
  private flush(): void {
    this.timer = null;
    if (this.waiting.length === 0) return;
    const commands = this.gpu.device.createCommandEncoder();
    const deliver = this.record(commands);
    if (deliver === null) {
      this.timer = setTimeout(() => this.flush(), PATIENCE_MS);
      return;
    }
    this.gpu.submit(commands);
    deliver();
  }

  private async deliver(target: GPUBuffer, waiting: readonly Waiting[]): Promise<void> {
    try {
      await this.faults.guard(target.mapAsync(GPUMapMode.READ));
      const ring = new Float32Array(target.getMappedRange().slice(0));
      target.unmap();
      this.idle.push(target);
      for (const { step, settle } of waiting) settle(readTerms(ring, step));
    } catch (error) {
      for (const { fail } of waiting) fail(error);
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    for (const { fail } of this.waiting.splice(0)) fail(error);
  }
}
