import type { KernelTime } from '../../webgpu/engine/profile.ts';

/** The measurements of stock tfjs for the same steps, on the same adapter and in the same run. */
export interface StockReport {
  /** Median time of a step, milliseconds; views and gate noise were made beforehand. */
  readonly stepMs: number;
  /** Steps that were timed; one more before them was not. */
  readonly steps: number;
  readonly dispatches: number;
  readonly submits: number;
  readonly buffersCreated: number;
  /** Relative difference of the first step's losses. It shows that both did the same work. */
  readonly lossDifference: number;
}

/** Figures of the compiled engine and of what it is compared with, all from one run on one adapter. */
export interface BenchReport {
  readonly adapter: string;
  readonly software: boolean;
  readonly width: number;
  readonly batch: number;
  readonly steps: number;
  /**
   * Median time of a training step, milliseconds. On hardware each is the mean of several steps that are
   * submitted together.
   */
  readonly stepMs: number;
  /** Images a second. Each image gives two views. */
  readonly imagesPerSecond: number;
  /** 10⁹ floating-point operations a second: the fewest operations of a step over its median time. */
  readonly gflops: number;
  /** Rate of the fastest matrix product in plain WGSL that was found on this adapter. */
  readonly limitGflops: number;
  readonly limitKernel: string;
  readonly fractionOfLimit: number;
  /** Dispatches of one step. */
  readonly dispatches: number;
  readonly submits: number;
  readonly buffersCreatedPerStep: number;
  /** JavaScript's share of a step's time, milliseconds. */
  readonly encodeMs: number;
  readonly memoryBytes: number;
  /** null: it was not requested. */
  readonly stockTfjs: StockReport | null;
  /** Stock tfjs's step time divided by the engine's. */
  readonly speedup: number | null;
  /** null: it was not requested. */
  readonly profile: readonly KernelTime[] | null;
}

/** A report as lines to copy. @param date date of the run, as it is printed */
export function reportText(report: BenchReport, date: string): string {
  const { stockTfjs: stock, speedup } = report;
  const lines = [
    `DualGate benchmark, ${date}`,
    `Adapter: ${report.adapter}${report.software ? ' (software)' : ''}`,
    `Work: one dual-gating training step, width ${report.width}, batch ${report.batch}; median of ${report.steps}`,
    `Compiled engine: ${digits(report.stepMs)} ms a step, ${digits(report.imagesPerSecond)} images/s, ${digits(report.gflops)} GFLOP/s`,
    `Limit: ${digits(report.limitGflops)} GFLOP/s (best matrix product in plain WGSL: ${report.limitKernel}); the step reaches ${digits(100 * report.fractionOfLimit)} % of it`,
    `A step: ${digits(report.dispatches)} dispatches, ${digits(report.submits)} submits, ${digits(report.buffersCreatedPerStep)} new buffers, ${digits(report.encodeMs)} ms of JavaScript; ${digits(report.memoryBytes / 1e6)} MB of GPU memory`,
  ];
  if (stock !== null && speedup !== null) {
    lines.push(
      `Stock tfjs WebGPU, same step: ${digits(stock.stepMs)} ms (median of ${stock.steps}), ${digits(stock.dispatches)} dispatches, ${digits(stock.submits)} submits, ${digits(stock.buffersCreated)} new buffers; first losses differ by ${stock.lossDifference.toExponential(1)}`,
      `Speedup over stock tfjs: ${digits(speedup)}×`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Three significant digits, never as a power of ten. */
function digits(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}
