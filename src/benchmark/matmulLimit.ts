import { hashedUniform } from '../random.ts';
import { Gpu, type Program } from '../webgpu/engine/gpu.ts';
import { MATMUL_CANDIDATES, type MatmulCandidate, wordsOf } from './matmulCandidates.ts';

/** The fastest matrix product that was found. */
export interface MatmulRate {
  /** 10⁹ floating-point operations a second. */
  readonly gflops: number;
  /** Name of the candidate. */
  readonly kernel: string;
  /** Rows, columns and inner side of the product. */
  readonly size: number;
}

/**
 * Shortest time of a measurement, milliseconds. In it the clock's error and the way to the GPU and back do
 * not matter.
 */
const TIMED_MS = 30;
const MOST_REPEATS = 64;
/** How many of the fastest candidates at one size are tried at the next. */
const FINALISTS = 4;
/** The largest size is tried only if the size before takes less than this. */
const LARGE_IF_WITHIN_MS = 50;

/**
 * Measures how fast an adapter multiplies matrices in plain WGSL, which is the limit for hand-written
 * kernels. It keeps its pipelines and buffers between measurements.
 */
export class MatmulLimit {
  private readonly gpu: Gpu;
  private readonly programs = new Map<string, Promise<Program>>();

  constructor(device: GPUDevice) {
    this.gpu = new Gpu(device);
  }

  /**
   * Measures every candidate at 256³, the fastest ones at 512³, and at 1024³ on a fast adapter. Waits for the
   * GPU.
   */
  async measure(): Promise<MatmulRate> {
    let fastest: MatmulRate | null = null;
    let field: readonly MatmulCandidate[] = MATMUL_CANDIDATES;
    for (const size of [256, 512, 1024]) {
      const results: { candidate: MatmulCandidate; ms: number }[] = [];
      for (const candidate of field) results.push({ candidate, ms: await this.time(candidate, size) });
      results.sort((a, b) => a.ms - b.ms);
      const { candidate, ms } = results[0]!;
      const gflops = (2 * size ** 3) / ms / 1e6;
      if (fastest === null || gflops > fastest.gflops) fastest = { gflops, kernel: candidate.name, size };
      if (size === 512 && ms > LARGE_IF_WITHIN_MS) break;
      field = results.slice(0, FINALISTS).map((result) => result.candidate);
    }
    return fastest!;
  }

  dispose(): void {
    this.gpu.dispose();
  }

  /** Time of one product, milliseconds. */
  private async time(candidate: MatmulCandidate, size: number): Promise<number> {
    const key = `${candidate.name} ${size}`;
    let program = this.programs.get(key);
    if (program === undefined) {
      program = this.prepare(candidate, size);
      this.programs.set(key, program);
      await this.run(await program, 1);
    }
    const ready = await program;
    const once = await this.run(ready, 1);
    const repeats = Math.min(MOST_REPEATS, Math.max(2, Math.ceil(TIMED_MS / once)));
    return Math.min(once, (await this.run(ready, repeats)) / repeats);
  }

  private prepare(candidate: MatmulCandidate, size: number): Promise<Program> {
    const words = wordsOf(candidate.layout, size, size);
    const matrix = (seed: number) => {
      const span = this.gpu.allocate('matrix', words);
      this.gpu.write(
        span,
        Float32Array.from({ length: words }, (_, i) => hashedUniform(seed, i) - 0.5),
      );
      return span;
    };
    const [a, b, y] = [matrix(1), matrix(2), this.gpu.allocate('product', words)];
    return this.gpu.compile([candidate.dispatch({ a, b, y, m: size, k: size, n: size })]);
  }

  private async run(program: Program, repeats: number): Promise<number> {
    const commands = this.gpu.device.createCommandEncoder();
    const pass = commands.beginComputePass();
    for (let i = 0; i < repeats; i++) program.record(pass);
    pass.end();
    const started = performance.now();
    this.gpu.submit(commands);
    await this.gpu.device.queue.onSubmittedWorkDone();
    return performance.now() - started;
  }
}
