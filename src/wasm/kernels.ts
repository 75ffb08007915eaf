/** The kernels of src/wasm/assembly; what each computes is said there. */
const KERNEL_NAMES = [
  'activation',
  'batchStatistics',
  'budget',
  'chunkSquares',
  'columnSums',
  'convolution',
  'descend',
  'evaluationInput',
  'filterGradient',
  'gateCounts',
  'gateGradient',
  'gateSample',
  'globalPool',
  'imageMoments',
  'inferenceConvolution',
  'keep',
  'mapGradient',
  'mapGradientSums',
  'matrixFilter',
  'maxPool',
  'maxPoolGradient',
  'multiplyAddLoop',
  'normGradient',
  'openChannels',
  'openConvolution',
  'partSquares',
  'productSquares',
  'restore',
  'rowNorm',
  'rowNormGradient',
  'runningNorm',
  'spread',
  'stepTerms',
  'tensorScales',
  'termGradient',
  'turnedFilter',
  'views',
  'vicregColumns',
  'vicregTerms',
] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

/** One kernel at work: whole numbers and addresses in bytes, and how far its work can be split. */
export interface Call {
  readonly kernel: KernelName;
  /** Parts of the work. Any thread may do any of them: the results are the same bit for bit. */
  readonly units: number;
  readonly numbers: readonly number[];
}

type Exported = (...numbers: number[]) => unknown;

/** An opened binary. */
export interface Kernels {
  /** Does units [from, to) of a call. */
  readonly run: (call: Call, from?: number, to?: number) => void;
  /**
   * Address from which on memory is the caller's, a multiple of 16. Before it lie tables that opening writes
   * and kernels read.
   */
  readonly firstFree: number;
  /** Does rounds of multiply and add without memory. Returns the number of floating-point operations. */
  readonly multiplyAdds: (rounds: number) => number;
}

/**
 * Opens a binary in a memory.
 * @throws WebAssembly.CompileError where the binary has instructions that this engine does not know
 */
export async function openKernels(binary: BufferSource, memory: WebAssembly.Memory): Promise<Kernels> {
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
  const exported = (name: string) => exportedBy(instance.exports, name);
  const kernels = new Map(KERNEL_NAMES.map((name) => [name, exported(name)]));
  const loop = exported('multiplyAddLoop');
  const operations = Number(exported('multiplyAddOperations')());
  return {
    run: ({ kernel, units, numbers }, from = 0, to = units) => kernels.get(kernel)!(from, to, ...numbers),
    firstFree: firstFreeOf(instance.exports),
    multiplyAdds: (rounds) => {
      loop(0, rounds);
      return rounds * operations;
    },
  };
}

/** The first address behind the tables of a binary's kernels, a multiple of 16. */
export function firstFreeOf(exports: WebAssembly.Exports): number {
  return Math.max(16, Math.ceil(Number(exportedBy(exports, 'firstFree')()) / 16) * 16);
}

function exportedBy(exports: WebAssembly.Exports, name: string): Exported {
  const found = exports[name];
  if (typeof found !== 'function') throw new Error(`kernels: the binary must export ${name}, got ${found}`);
  return (...numbers) => found(...numbers);
}
