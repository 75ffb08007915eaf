import type { RunRecord } from '../../run/record.ts';
import { unpackBits } from '../../statistics/bitset.ts';

/** Numbers of test images that 20-NN names correctly: by both branches, and by one of them alone. */
export interface RightTogether {
  readonly images: number;
  readonly both: number;
  readonly dense: number;
  readonly gated: number;
}

/** What the dense and the gated branch get right; null unless both were evaluated on all test images. */
export function rightTogether({ final, ready }: RunRecord): RightTogether | null {
  const { dense, gated } = final?.correct ?? {};
  const images = ready?.data.test;
  if (!dense || !gated || !images) return null;
  const byDense = unpackBits(dense, images);
  const byGated = unpackBits(gated, images);
  const those = (wanted: readonly [dense: number, gated: number]) =>
    byDense.reduce((sum, flag, n) => sum + (flag === wanted[0] && byGated[n] === wanted[1] ? 1 : 0), 0);
  return { images, both: those([1, 1]), dense: those([1, 0]), gated: those([0, 1]) };
}
