import type { RunConfig } from '../config.ts';
import { buildNetwork, type Network } from './layers.ts';
import { isSlim } from './slim.ts';
import { SLIMMABLE, slimClr, slimPair } from './slimmable.ts';
import { SYSTEMS, type System, type SystemText } from './systems.ts';

/** All systems in the order of the page. */
export const SYSTEM_TEXTS: readonly SystemText[] = [...Object.values(SYSTEMS), SLIMMABLE];

/** The system that a configuration trains. */
export function systemOf(config: RunConfig): System {
  if (config.system !== 'slimmable') return SYSTEMS[config.system];
  return { ...SLIMMABLE, ...(config.slimForm === 'dual' ? slimPair(config) : slimClr(config)) };
}

/**
 * The side from which images get ImageNet's stem. It is STL-10's, the smallest to which the authors give that
 * stem (method §2).
 */
const IMAGENET_STEM_FROM = 96;

/** The network that a configuration trains on square images of side `input`. */
export function networkOf(config: RunConfig, input: number): Network {
  const { branches } = systemOf(config);
  const gated = branches.includes('gated');
  return buildNetwork({
    input,
    width: config.width,
    stem: config.stem === 'auto' ? (input < IMAGENET_STEM_FROM ? 'cifar' : 'imagenet') : config.stem,
    stemPadding: config.stemPadding,
    gated,
    // Each branch can have its own BatchNorms. A system with one branch has one set, and narrow widths have
    // theirs anyway.
    bn: config.separateBn && gated && branches.length > 1 ? 'separate' : 'shared',
    projector: { hidden: config.projector, output: config.projector },
    slim: branches.filter(isSlim),
    slimProjector: config.system === 'slimmable' && config.slimForm === 'slimclr',
    minBottleneck: config.minBottleneck,
  });
}
