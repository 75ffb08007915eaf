// What this machine's WebAssembly can do. Pages and Node ask alike.

/** () → v128: a vector of zeros. */
const SIMD = module(0x7b, [...splat(0), 0x0b]);

const UNFUSED = 1 + 2 ** -12;
/**
 * () → f32: x · x − (1 + 2⁻¹¹) of x = 1 + 2⁻¹², by f32x4.relaxed_madd. The product is 1 + 2⁻¹¹ + 2⁻²⁴: only
 * where it is not rounded before the sum, something is left.
 */
const FUSED = module(0x7d, [
  ...splat(UNFUSED),
  ...splat(UNFUSED),
  ...splat(-(1 + 2 ** -11)),
  ...[0xfd, 0x85, 0x02],
  // f32x4.extract_lane 0
  ...[0xfd, 0x1f, 0, 0x0b],
]);

/** Whether WebAssembly has vectors of four floats, which all kernels are made of. */
export function hasSimd(): boolean {
  return WebAssembly.validate(SIMD);
}

/** Whether WebAssembly has vectors whose results are partly the processor's choice. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(FUSED);
}

/**
 * Whether the fused build can be opened here, and a multiply and add rounds once. Relaxed SIMD leaves that to
 * the processor. On one without such an instruction the fused build would be no faster than the plain one,
 * and would leave other bits than on other machines.
 */
export function hasFused(): boolean {
  if (!hasRelaxedSimd()) return false;
  const { compute } = new WebAssembly.Instance(new WebAssembly.Module(FUSED)).exports;
  return typeof compute === 'function' && compute() !== 0;
}

/** Whether threads can share a memory: in pages where they are cross-origin isolated, in Node always. */
export function hasSharedMemory(): boolean {
  return globalThis.crossOriginIsolated !== false && typeof SharedArrayBuffer === 'function';
}

/** f32.const, f32x4.splat. */
function splat(value: number): number[] {
  return [0x43, ...new Uint8Array(Float32Array.of(value).buffer), 0xfd, 0x13];
}

/** The bytes of a module with one function `compute` without parameters. */
function module(result: number, code: readonly number[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, ...bytes: readonly number[]) => [id, bytes.length, ...bytes];
  const name = [...new TextEncoder().encode('compute')];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 0, 1, result),
    ...section(3, 1, 0),
    ...section(7, 1, name.length, ...name, 0, 0),
    ...section(10, 1, code.length + 1, 0, ...code),
  ]);
}
