import { type Dispatch, dispatch, kernel, linear, quads, type Span } from '../kernel.ts';
import source from './gateGradient.wgsl?raw';
import type { PassRows } from './gateSample.ts';

export interface GateGradient extends PassRows {
  /** Gradient of the VICReg loss by the gates, [P·N, C]. */
  readonly dGate: Span;
  /** From gateSample, [P·N, C] each. */
  readonly gates: Span;
  readonly slopes: Span;
  /** From budgetDispatches, [gated pass][block][2]. */
  readonly coefficients: Span;
  /** [P·N, C]; rows of gated passes are overwritten, others left alone. */
  readonly dLogits: Span;
  readonly channels: number;
  /** Index of the block, and how many there are. */
  readonly block: number;
  readonly blocks: number;
  readonly of?: string;
}

/**
 * Gradient of the whole loss with respect to a block's gate logits (method §2: straight through the hard
 * gate).
 */
export function gateGradient(gradient: GateGradient): Dispatch {
  const { dGate, gates, slopes, coefficients, dLogits, block, blocks, of = '' } = gradient;
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
