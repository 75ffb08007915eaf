import type { Dataset } from '../data/images/dataset.ts';
import { type Chances, chancesOf } from '../evaluate/chance.ts';
import { COMPARISONS, type Comparison } from '../evaluate/comparison.ts';
import { castVotes, type KnnChoice, knnSettings } from '../evaluate/knn.ts';
import type { Moments } from '../evaluate/moments.ts';
import type { Nearest } from '../evaluate/nearest.ts';
import type { PreparedRows } from '../evaluate/pixelFloors.ts';
import type { Rows } from '../evaluate/rows.ts';
import { whitened, whiteningOf } from '../evaluate/whitening.ts';

/** Multiply-adds that the sorting of a similarity costs beside its product. */
const SELECTION = 30;

/** The choices grouped by how rows are compared, because each way needs one search. */
export function searchesOf(choices: readonly KnnChoice[]): { distance: Comparison; ks: number[] }[] {
  return COMPARISONS.flatMap((distance) => {
    const ks = choices.filter((choice) => choice.distance === distance).map(({ k }) => k);
    return ks.length > 0 ? [{ distance, ks }] : [];
  });
}

/** Multiply-adds of comparing every row of a bank with every query. */
export function searchCost(bank: number, queries: number, dimension: number): number {
  return bank * queries * (dimension + SELECTION);
}

/** Bank and queries, whitened by the bank's moments. */
export async function whitenedRows({ bank, test }: PreparedRows, known: Moments): Promise<PreparedRows> {
  const whitening = whiteningOf(known);
  return { bank: await whitened(bank, whitening), test: await whitened(test, whitening) };
}

/** The classes that the first k neighbours give the queries, and the chances where nothing decides. */
export function answersOf(
  nearest: Nearest,
  choice: KnnChoice,
  bank: Rows,
  { labels, classes }: Pick<Dataset, 'labels' | 'classes'>,
): { readonly predictions: Uint8Array; readonly chances: Chances } {
  const problem = { bankLabels: labels, classes: classes.length };
  const { predictions } = castVotes(nearest, { ...problem, ...knnSettings(choice) });
  return { predictions, chances: chancesOf(nearest, choice.k, bank, labels, classes.length) };
}
