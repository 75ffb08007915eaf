import { MET_WITHIN, type Reach } from '../metrics.ts';
import type { CurvePoint } from './dial.ts';

/** What must be said of a point whose MACs are not those that were asked for; null of any other point. */
export function cautionOf({ budget, macRatio, reach, setting, calibrated }: CurvePoint): string | null {
  const spent = percentOf(macRatio);
  const what = setting.kind === 'shift' ? 'δ' : 'width';
  if (reach !== 'met')
    return `The dial cannot serve ${percentOf(budget)} of the MACs: ${REASONS[reach](what)} It stands at ${spent}.`;
  if (Math.abs(macRatio - budget) <= MET_WITHIN) return null;
  return `The test images spend ${spent} of the MACs, not the ${percentOf(budget)} asked for: the training images that ${what} was found with spend ${percentOf(calibrated)}.`;
}

const REASONS: Readonly<Record<Exclude<Reach, 'met'>, (what: string) => string>> = {
  smallest: (what) => `the smallest ${what} that was tried spends more.`,
  largest: (what) => `the largest ${what} that was tried spends less.`,
  jumped: (what) => `no ${what} comes nearer than .01, they jump over it.`,
};

function percentOf(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}
