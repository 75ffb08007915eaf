// @ts-check
// Calls of kernels, ready to run on one thread. Plain JavaScript, as src/wasm/threads/barrier.js.

/** @import { PackedCalls } from './messages.ts' */

/**
 * The part of one thread in a program: its calls in phases, and between phases a barrier. Numbers are bound
 * to the kernels, so that running allocates nothing.
 * @typedef {readonly (readonly (() => void)[])[]} Phases
 */

/**
 * Binds the part of one thread.
 *
 * Each call is a phase, split into contiguous parts of equal size. Calls that follow each other and are the
 * first thread's alone are one phase.
 * @param {WebAssembly.Exports} exported what the binary exports
 * @param {PackedCalls} calls
 * @param {number} part
 * @param {number} parts
 * @returns {Phases}
 */
export function bindPhases(exported, { names, kernels, units, alone, ends, numbers }, part, parts) {
  const found = names.map((name) => kernelOf(exported, name));
  /** @type {(() => void)[][]} */
  const phases = [];
  for (let call = 0; call < kernels.length; call++) {
    const index = kernels[call] ?? 0;
    const kernel = found[index];
    if (kernel === undefined) throw new Error(`kernels: call ${call} must name a kernel, got ${index}`);
    const given = numbers.slice(call === 0 ? 0 : ends[call - 1], ends[call]);
    if (kernel.length !== 2 + given.length)
      throw new Error(
        `kernels: ${names[index]} takes ${kernel.length - 2} numbers in this binary, got ${given.length}`,
      );
    const isAlone = alone[call] === 1;
    const joins = isAlone && call > 0 && alone[call - 1] === 1;
    const phase = joins ? phases.at(-1) : undefined;
    const mine = phase ?? [];
    if (phase === undefined) phases.push(mine);
    const count = units[call] ?? 0;
    const from = isAlone ? 0 : Math.floor((part * count) / parts);
    const to = isAlone ? (part === 0 ? count : 0) : Math.floor(((part + 1) * count) / parts);
    if (from < to) mine.push(kernel.bind(undefined, from, to, ...given));
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

/**
 * Does the calls of a phase.
 * @param {readonly (() => void)[]} calls
 */
export function doPhase(calls) {
  for (let i = 0; i < calls.length; i++) calls[i]?.();
}
