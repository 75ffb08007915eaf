// @ts-check
// What a thread of a pool does, in a page and in Node. Plain JavaScript, as src/wasm/threads/barrier.js.

import { Control, LISTEN } from './barrier.js';
import { bindPhases, doPhase } from './program.js';

/** @import { FromThread, ToThread } from './messages.ts' */

/**
 * Makes the receiver of a thread's messages.
 *
 * From its first program on a thread waits for orders and hears no message until it is ordered to listen.
 * @param {(answer: FromThread) => void} answer
 * @returns {(message: ToThread) => Promise<void>}
 */
export function threadOf(answer) {
  /** @type {import('./program.js').Phases[]} */
  const programs = [];
  /** @type {{ exported: WebAssembly.Exports, control: Control, part: number, parts: number } | null} */
  let opened = null;
  return async (message) => {
    try {
      if (message.kind === 'open') {
        const { module, memory, control, part, parts } = message;
        const { exports: exported } = await WebAssembly.instantiate(module, { env: { memory } });
        opened = { exported, control: new Control(control, parts), part, parts };
        answer({ kind: 'ready' });
        return;
      }
      if (opened === null) throw new Error('a thread must be opened before it compiles');
      programs.push(bindPhases(opened.exported, message.calls, opened.part, opened.parts));
    } catch (fault) {
      answer({ kind: 'failed', message: textOf(fault) });
      return;
    }
    answer({ kind: 'ready' });
    obey(opened.control, programs);
  };
}

/**
 * Runs programs as ordered, until a thread is to listen or has failed.
 * @param {Control} control
 * @param {readonly import('./program.js').Phases[]} programs
 */
function obey(control, programs) {
  try {
    for (let order = control.take(); order !== LISTEN; order = control.take()) {
      const program = programs[order];
      if (program === undefined) throw new Error(`program ${order} is not there`);
      for (let phase = 0; phase < program.length; phase++) {
        doPhase(program[phase] ?? []);
        if (!control.arrive()) control.sleep();
      }
    }
  } catch (fault) {
    control.fail(textOf(fault));
  }
}

/** @param {unknown} fault */
function textOf(fault) {
  return fault instanceof Error ? fault.message : String(fault);
}
