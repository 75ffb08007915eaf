// @ts-check
// Calls of kernels, ready to run on one thread. Plain JavaScript, as src/wasm/threads/control.js.

/** @import { PackedCalls } from './messages.ts' */

/** A kernel with its numbers, which is yet to be told the part [from, to) of its units. */
/** @typedef {{ kernel: Function, units: number, numbers: readonly number[] }} BoundCall */

/**
 * What all threads do before any goes on: one call whose units are cut into chunks of equal size, or calls of
 * one unit each, one after the other, as one chunk.
 *
 * A chunk is bound to its numbers when this thread first does it. From then on it allocates nothing.
 */
export class Phase {
  /** How many there are. */
  chunks;
  /** @type {readonly BoundCall[]} */
  #calls;
  /** @type {((() => void)[] | undefined)[]} */
  #bound = [];

  /**
   * @param {readonly BoundCall[]} calls
   * @param {number} chunks
   */
  constructor(calls, chunks) {
    this.#calls = calls;
    this.chunks = chunks;
  }

  /**
   * Does a chunk.
   * @param {number} chunk
   */
  run(chunk) {
    const calls = this.#bound[chunk] ?? this.#bind(chunk);
    for (let i = 0; i < calls.length; i++) calls[i]?.();
  }

  /**
   * @param {number} chunk
   * @returns {(() => void)[]}
   */
  #bind(chunk) {
    const bound = this.#calls.map(({ kernel, units, numbers }) => {
      const edge = (/** @type {number} */ of) => Math.floor((of * units) / this.chunks);
      return kernel.bind(undefined, edge(chunk), edge(chunk + 1), ...numbers);
    });
    this.#bound[chunk] = bound;
    return bound;
  }
}

/**
 * Makes the phases of a program.
 * @param {WebAssembly.Exports} exported what the binary exports
 * @param {PackedCalls} calls
 * @param {number} mostChunks of a phase
 * @returns {readonly Phase[]}
 */
export function phasesOf(exported, { names, kernels, units, ends, numbers }, mostChunks) {
  const found = names.map((name) => kernelOf(exported, name));
  /** @type {Phase[]} */
  const phases = [];
  /** @type {BoundCall[]} */
  let single = [];
  for (let call = 0; call < kernels.length; call++) {
    const index = kernels[call] ?? 0;
    const kernel = found[index];
    if (kernel === undefined) throw new Error(`kernels: call ${call} must name a kernel, got ${index}`);
    const given = [...numbers.slice(call === 0 ? 0 : ends[call - 1], ends[call])];
    if (kernel.length !== 2 + given.length)
      throw new Error(
        `kernels: ${names[index]} takes ${kernel.length - 2} numbers in this binary, got ${given.length}`,
      );
    const count = units[call] ?? 0;
    const bound = { kernel, units: count, numbers: given };
    if (count === 0) continue;
    const chunks = Math.min(count, mostChunks);
    if (chunks > 1) {
      single = [];
      phases.push(new Phase([bound], chunks));
      continue;
    }
    if (single.length === 0) phases.push(new Phase(single, 1));
    single.push(bound);
  }
  return phases;
}

/**
 * @param {WebAssembly.Exports} exported
 * @param {string} name
 */
function kernelOf(exported, name) {
  const found = exported[name];
  if (typeof found !== 'function') throw new Error(`kernels: the binary must export ${name}, got ${found}`);
  return found;
}
