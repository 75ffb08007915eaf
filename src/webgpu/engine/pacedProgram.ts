import type { Gpu, Program } from './gpu.ts';
import type { Pacing } from './pacing.ts';

/** Records commands around the dispatches of a program. */
type Record = (commands: GPUCommandEncoder) => void;

/** A program that is handed over in as many submits as its pacing says, and timed for it. */
export class PacedProgram {
  private timing = false;

  constructor(
    private readonly gpu: Gpu,
    private readonly program: Program,
    readonly pacing: Pacing,
  ) {}

  /**
   * Submits the whole program.
   * @param before records what comes before the first dispatch
   * @param after records what comes after the last one
   */
  submit(before: Record = () => {}, after: Record = () => {}): void {
    const { gpu, program } = this;
    const { ends } = this.pacing;
    // One turn at a time: several would share the time that the GPU takes.
    const timed = !this.timing;
    const stamps = timed ? [this.done()] : [];
    ends.forEach((end, part) => {
      const commands = gpu.device.createCommandEncoder();
      if (part === 0) before(commands);
      const pass = commands.beginComputePass();
      program.record(pass, ends[part - 1] ?? 0, end);
      pass.end();
      if (part === ends.length - 1) after(commands);
      gpu.submit(commands);
      if (timed) stamps.push(this.done());
    });
    if (timed) void this.time(stamps);
  }

  /** When the GPU has finished what was submitted up to now, milliseconds. */
  private async done(): Promise<number> {
    await this.gpu.device.queue.onSubmittedWorkDone();
    return performance.now();
  }

  /** @param stamps of what was submitted before, and of each submit */
  private async time(stamps: readonly Promise<number>[]): Promise<void> {
    this.timing = true;
    try {
      const at = await Promise.all(stamps);
      this.pacing.took(at.slice(1).map((end, part) => end - at[part]!));
    } catch {
      // A lost device times nothing more. The engine's watch for faults says so.
    } finally {
      this.timing = false;
    }
  }
}
