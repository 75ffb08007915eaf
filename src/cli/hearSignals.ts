import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../engine.ts';

/**
 * The same engine, with a turn of Node's event loop before each piece of work. Node hands out up to a thousand
 * messages before it looks at signals, and the session's own pauses between steps are messages: Ctrl-C would be
 * heard hundreds of steps late.
 */
export function hearSignals(engine: Engine): Engine {
  return {
    async step(input) {
      await setImmediate();
      return engine.step(input);
    },
    async encode(images, from, to, branch) {
      await setImmediate();
      return engine.encode(images, from, to, branch);
    },
    state: () => engine.state(),
    load: (state) => engine.load(state),
    dispose: () => engine.dispose(),
  };
}
