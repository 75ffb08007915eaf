import type { RunConfig } from '../config.ts';
import { shuffled, stream } from '../random.ts';

/**
 * Which test images the maps show: the row in the test set of each map image, u32 [count]. It follows from
 * the settings, as the plan of the run's evaluations does (session/evaluation/evaluationPlan.ts), so files
 * need not hold it.
 * @param test images of the test set
 */
export function mapRows(
  { seed, evaluationShare }: Pick<RunConfig, 'seed' | 'evaluationShare'>,
  test: number,
  count: number,
): Uint32Array {
  if (evaluationShare < 1) return shuffled(test, stream(seed, 'evaluation')).subarray(0, count);
  return Uint32Array.from({ length: Math.min(test, count) }, (_, row) => row);
}
