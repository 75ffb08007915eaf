import { quads } from '../../../plan/maps.ts';
import type { GateGradientTask } from '../../../plan/tasks/gateTasks.ts';
import { type Dispatch, dispatch, kernel, linear } from '../kernel.ts';
import source from './gateGradient.wgsl?raw';

/**
 * Gradient of the whole loss with respect to a block's gate logits (method §2: straight through the hard
 * gate).
 */
export function gateGradient(gradient: GateGradientTask): Dispatch {
  const { dGate, gates, slopes, coefficients, dLogits, block, blocks, of } = gradient;
  const passCells = gradient.images * quads(gradient.channels);
  const cells = gradient.gatedPasses * passCells;
  return dispatch({
    kernel: kernel('gateGradient', source),
    of,
    shape: { cells, firstCell: gradient.firstGated * passCells, passCells, blocks, block },
    buffers: [dGate, gates, slopes, coefficients, dLogits],
    workgroups: linear(cells),
  });
}
