import type { EngineSetup } from '../engine.ts';
import { systemOf } from '../network/fromConfig.ts';
import type { NetworkSpec } from '../network/layers.ts';
import { isSlim } from '../network/slim.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { tinySetup } from './engine.fixture.ts';

type SlimChange = Partial<
  Pick<
    typeof DEFAULT_CONFIG,
    'slimForm' | 'slimWidth' | 'slimObjective' | 'slowStart' | 'distillation' | 'reweighting'
  >
>;

/** A slimmable network of width 8 on eight 12 × 12 images. */
export function slimSetup(change: SlimChange = {}, spec: Partial<NetworkSpec> = {}): EngineSetup {
  const config = { ...DEFAULT_CONFIG, system: 'slimmable', ...change } as const;
  const system = systemOf(config);
  return tinySetup(
    { system },
    {
      width: 8,
      gated: false,
      bn: 'shared',
      slim: system.branches.filter(isSlim),
      slimProjector: config.slimForm === 'slimclr',
      ...spec,
    },
  );
}
