import type { Span } from '../../../plan/memory.ts';
import { type Dispatch, dispatch, kernel, linear } from '../kernel.ts';
import source from './haltRestore.wgsl?raw';

/** Puts `running` back to `before` where the total loss (stepTerms) is not finite. */
export function haltRestore(task: {
  readonly total: Span;
  readonly before: Span;
  readonly running: Span;
}): Dispatch {
  const { total, before, running } = task;
  const quads = running.size / 16;
  return dispatch({
    kernel: kernel('haltRestore', source),
    of: 'loss',
    shape: { quads },
    buffers: [total, before, running],
    workgroups: linear(quads),
  });
}
