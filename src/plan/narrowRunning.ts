import type { EngineSetup } from '../engine.ts';
import { branchBn } from '../network/parameters.ts';
import type { Place, WeightsPlan } from './weightsPlan.ts';

/** Running statistics that a step computes even when no term of their narrow width counts. */
export interface NarrowRunning {
  /** The width's running statistics. */
  readonly spans: readonly Place[];
  /** Indices of the terms that need one of the width's passes. */
  readonly terms: readonly number[];
}

/** The running statistics of each narrow width's own BatchNorms, and the terms that move them. */
export function narrowRunning(
  { network, system }: Pick<EngineSetup, 'network' | 'system'>,
  weights: WeightsPlan,
): NarrowRunning[] {
  const suffix = '.running_mean';
  return (network.spec.slim ?? []).map((branch) => {
    const ending = `${branchBn(network, '', branch)}${suffix}`;
    const layers = [...weights.running.keys()].filter((name) => name.endsWith(ending));
    return {
      spans: layers.map((name) => weights.norm(name.slice(0, -suffix.length)).running),
      terms: system.terms.flatMap(({ passes, teacher }, term) =>
        [...passes, ...(teacher ?? [])].some((pass) => system.passes[pass]?.branch === branch) ? [term] : [],
      ),
    };
  });
}
