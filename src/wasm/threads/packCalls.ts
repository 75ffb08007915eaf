import type { Call, KernelName } from '../kernels.ts';
import type { PackedCalls } from './messages.ts';

/** Puts calls into arrays, in which they travel to threads. */
export function packCalls(calls: readonly Call[]): PackedCalls {
  const names = [...new Set(calls.map(({ kernel }) => kernel))];
  const places = new Map<KernelName, number>(names.map((name, i) => [name, i]));
  let end = 0;
  return {
    names,
    kernels: Uint16Array.from(calls, ({ kernel }) => places.get(kernel)!),
    units: Float64Array.from(calls, ({ units }) => units),
    ends: Uint32Array.from(calls, ({ numbers }) => (end += numbers.length)),
    numbers: Float64Array.from(calls.flatMap(({ numbers }) => numbers)),
  };
}
