import type { RunConfig } from '../config.ts';
import { buildNetwork, type Network } from './layers.ts';
import { SYSTEMS } from './systems.ts';

/** The network that a configuration trains on square images of side `input` (CIFAR stem). */
export function networkOf(config: RunConfig, input: number): Network {
  const { branches } = SYSTEMS[config.system];
  return buildNetwork({
    input,
    width: config.width,
    stem: 'cifar',
    stemPadding: config.stemPadding,
    gated: branches.includes('gated'),
    // Sets of BatchNorms are per branch: a system with one branch has one.
    bn: config.separateBn && branches.length > 1 ? 'separate' : 'shared',
    projector: { hidden: config.projector, output: config.projector },
  });
}
