// What a pool and its threads say to each other. Runs of programs need no message: they go through the
// control memory (src/wasm/threads/control.js).

/** Calls of kernels in arrays, as they travel to threads. */
export interface PackedCalls {
  /** Names of the kernels that are called. */
  readonly names: readonly string[];
  /** Of each call, the place of its kernel among the names. */
  readonly kernels: Uint16Array<ArrayBuffer>;
  /** Of each call, the parts of its work. */
  readonly units: Float64Array<ArrayBuffer>;
  /** Of each call, where its numbers end among those of all. */
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly numbers: Float64Array<ArrayBuffer>;
}

/**
 * How long a thread may be silent while others wait for it. Silence is counted in naps, not by a clock: while
 * a computer sleeps or a page is frozen all threads stand still together, and no more than one nap ends.
 */
export interface Patience {
  readonly napMs: number;
  readonly mostNaps: number;
}

export type ToThread =
  | {
      readonly kind: 'open';
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      readonly control: SharedArrayBuffer;
      /** Which of `parts` threads this is. The first, 0, is the one that the pool was opened in. */
      readonly part: number;
      readonly parts: number;
    }
  /** The next program. Programs are counted from 0 in the order of these messages. */
  | { readonly kind: 'compile'; readonly calls: PackedCalls };

/** Each message to a thread has one answer. */
export type FromThread = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly message: string };
