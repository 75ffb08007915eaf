import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What Emscripten adds to the module and tfjs's types do not have. */
type WithMemory = BackendWasm['wasm'] & { readonly asm: { readonly memory: WebAssembly.Memory } };

/**
 * The compiled kernels of src/simd/assembly; what each computes is said there. Tensors are given by their
 * byte offset in the shared memory. All other arguments are whole numbers: n images, p pixels, c channels,
 * and 1 or 0 for yes or no.
 */
type Kernels = Readonly<
  Record<
    | 'moments'
    | 'affine'
    | 'sums'
    | 'inputGradient'
    | 'filterGradient'
    | 'addRelu'
    | 'reluGradient'
    | 'gateMap'
    | 'gateMapGradient',
    (...numbers: number[]) => void
  >
>;

let kernels: Kernels | null = null;

/**
 * Loads the SIMD kernels into the memory of tfjs's WASM backend, which must be active. They read and write
 * its tensors in place.
 */
export async function loadSimdKernels(binary: BufferSource): Promise<void> {
  const { memory } = (wasmBackend().wasm as WithMemory).asm;
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
  kernels = instance.exports as Kernels;
}

/**
 * The kernels, if they can be used: on the WASM backend, for maps [N, H, W, C] whose C is a multiple of 4.
 * Else null.
 */
export function simdKernels(x: tf.Tensor): Kernels | null {
  const fits = x.rank === 4 && x.shape[3]! % 4 === 0 && tf.getBackend() === 'wasm';
  return fits ? kernels : null;
}

/** Bytes of the memory that tfjs's WASM backend computes in. It must be active. */
export function wasmBytes(): number {
  return (wasmBackend().wasm as WithMemory).asm.memory.buffer.byteLength;
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
