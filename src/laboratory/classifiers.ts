import type { Dataset } from '../data/images/dataset.ts';
import { accuracyWithChance, type Chances } from '../evaluate/chance.ts';
import type { Branch } from '../metrics.ts';
import { packBits, rightOnes, unpackBits } from '../statistics/bitset.ts';
import { mcnemar, standardError } from '../statistics/confidence.ts';
import type { BranchComparison, ClassScore, MeasureResult, Score } from './door/measuresOrder.ts';

/**
 * The score of a branch's predictions, u8 [N], on test labels.
 * @param chances of the test images that chance decides (evaluate/chance.ts); they count as much as it is
 * right
 */
export function scoreOf(
  branch: Branch,
  predictions: Uint8Array,
  { labels, classes }: Pick<Dataset, 'labels' | 'classes'>,
  chances: Chances = new Map(),
): Score {
  const share = accuracyWithChance(predictions, labels, chances);
  return {
    branch,
    accuracy: share,
    standardError: standardError(share, labels.length),
    correct: packBits(rightOnes(predictions, labels)),
    classes: classScores(predictions, { labels, classes }, chances),
  };
}

function classScores(
  predictions: Uint8Array,
  { labels, classes }: Pick<Dataset, 'labels' | 'classes'>,
  chances: Chances,
): ClassScore[] {
  const images = new Uint32Array(classes.length);
  const right = new Float64Array(classes.length);
  labels.forEach((label, i) => {
    images[label]!++;
    right[label]! += chances.get(i)?.[label] ?? Number(predictions[i] === label);
  });
  return classes.flatMap((name, c) => {
    const count = images[c]!;
    if (count === 0) return [];
    const share = right[c]! / count;
    return [{ name, images: count, accuracy: share, standardError: standardError(share, count) }];
  });
}

/**
 * Scores of all branches under one measure, with a comparison of every pair of them.
 * @param count number of test images
 */
export function measureResult(
  words: Pick<MeasureResult, 'id' | 'label' | 'recipe' | 'caution' | 'floors'>,
  scores: readonly Score[],
  count: number,
): MeasureResult {
  const flags = scores.map(({ correct }) => unpackBits(correct, count));
  const comparisons = scores.flatMap((first, i) =>
    scores.slice(i + 1).map((second, j): BranchComparison => {
      return { first: first.branch, second: second.branch, ...mcnemar(flags[i]!, flags[i + 1 + j]!) };
    }),
  );
  return { ...words, scores, comparisons };
}
