import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What Emscripten adds to the module, and tfjs's types leave out. */
type WithMemory = BackendWasm['wasm'] & { readonly asm: { readonly memory: WebAssembly.Memory } };

/** The compiled kernels of src/simd/assembly. Pointers are byte offsets; counts are whole numbers. */
interface SimdExports extends WebAssembly.Exports {
  moments(x: number, n: number, p: number, c: number, mean: number, variance: number): void;
  affine(x: number, scale: number, shift: number, y: number, rows: number, c: number, relu: number): void;
  sums(
    dy: number,
    y: number,
    x: number,
    mean: number,
    inverseStd: number,
    n: number,
    p: number,
    c: number,
    relu: number,
    dWeight: number,
    dBias: number,
  ): void;
  inputGradient(
    dy: number,
    y: number,
    x: number,
    scale: number,
    a: number,
    b: number,
    dx: number,
    rows: number,
    c: number,
    relu: number,
  ): void;
}

let kernels: SimdExports | null = null;

/**
 * Loads the SIMD kernels into the memory of tfjs's WASM backend, which must be active: they read and write its
 * tensors in place.
 */
export async function loadSimdKernels(binary: BufferSource): Promise<void> {
  const { memory } = (wasmBackend().wasm as WithMemory).asm;
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
  kernels = instance.exports as SimdExports;
}

/** The kernels, where they can be used: on the WASM backend, for maps [N, H, W, C] whose C is a multiple of 4. */
export function simdKernels(x: tf.Tensor): SimdExports | null {
  const fits = x.rank === 4 && x.shape[3]! % 4 === 0 && tf.getBackend() === 'wasm';
  return fits ? kernels : null;
}

/** Where a tensor's values lie in the shared memory. */
export function pointer(tensor: tf.Tensor): number {
  return wasmBackend().dataIdMap.get(tensor.dataId).memoryOffset;
}

/** A tensor for a kernel to fill. */
export function allocate(shape: readonly number[]): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(wasmBackend().makeOutput([...shape], 'float32'));
}

function wasmBackend(): BackendWasm {
  return tf.backend() as BackendWasm;
}
