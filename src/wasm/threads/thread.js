// @ts-check
// What a thread of a pool does, in a page and in Node. Plain JavaScript, as src/wasm/threads/control.js.

import { Control, LISTEN, mostChunks } from './control.js';
import { phasesOf } from './program.js';

/** @import { FromThread, ToThread } from './messages.ts' */
/** @import { Phase } from './program.js' */

/**
 * Makes the receiver of a thread's messages.
 *
 * From its first program on a thread waits for orders and hears no message until it is ordered to listen.
 * @param {(answer: FromThread) => void} answer
 * @returns {(message: ToThread) => Promise<void>}
 */
export function threadOf(answer) {
  /** @type {(readonly Phase[])[]} */
  const programs = [];
  /** @type {{ exported: WebAssembly.Exports, control: Control, part: number, parts: number } | null} */
  let opened = null;
  return async (message) => {
    try {
      if (message.kind === 'open') {
        const { module, memory, control, part, parts } = message;
        const { exports: exported } = await WebAssembly.instantiate(module, { env: { memory } });
        opened = { exported, control: new Control(control), part, parts };
        answer({ kind: 'ready' });
        return;
      }
      if (opened === null) throw new Error('a thread must be opened before it compiles');
      programs.push(phasesOf(opened.exported, message.calls, mostChunks(opened.parts)));
    } catch (fault) {
      answer({ kind: 'failed', message: textOf(fault) });
      return;
    }
    answer({ kind: 'ready' });
    obey(opened, programs);
  };
}

/**
 * Runs programs as ordered, until a thread is to listen or has failed.
 * @param {{ control: Control, part: number, parts: number }} opened
 * @param {readonly (readonly Phase[])[]} programs
 */
function obey({ control, part, parts }, programs) {
  try {
    for (let order = control.take(); order !== LISTEN; order = control.take()) {
      const program = programs[order];
      if (program === undefined) throw new Error(`program ${order} is not there`);
      for (const phase of program) if (!control.work(phase, part, parts)) control.sleep();
    }
  } catch (fault) {
    control.fail(textOf(fault));
  }
}

/** @param {unknown} fault */
function textOf(fault) {
  return fault instanceof Error ? fault.message : String(fault);
}
