import type { PairedComparison } from '../evaluate/confidence.ts';
import type { KnnChoice } from '../evaluate/knn.ts';
import type { Branch } from '../metrics.ts';

export type { KnnChoice } from '../evaluate/knn.ts';

/** Classifiers on frozen features of every branch. */
export interface MeasuresOrder {
  readonly kind: 'measures';
  readonly knn: readonly KnnChoice[];
  /** Closed-form ridge probe. */
  readonly ridge: boolean;
}

/** Test accuracy of a branch by one measure. */
export interface Score {
  readonly branch: Branch;
  readonly accuracy: number;
  readonly standardError: number;
  /** Which test images it gets right: evaluate/bitset.ts. */
  readonly correct: string;
}

/** Two branches on the same test images by the same measure. */
export interface BranchComparison extends PairedComparison {
  readonly first: Branch;
  readonly second: Branch;
}

/** What one classifier says of all branches. */
export interface MeasureResult {
  /** `knn20-cosine`, `ridge`, … */
  readonly id: string;
  readonly label: string;
  /** How it was done, with every number that matters. */
  readonly recipe: string;
  /** Why not to trust it too far; null when nothing is known against it. */
  readonly caution: string | null;
  readonly scores: readonly Score[];
  readonly comparisons: readonly BranchComparison[];
}

/** The images that an order was carried out on. */
export interface DataFacts {
  readonly name: string;
  readonly train: number;
  readonly test: number;
  readonly classes: number;
  /** Training images of the rarest and of the most frequent class. */
  readonly fewest: number;
  readonly most: number;
}

export interface MeasuresOutcome {
  readonly kind: 'measures';
  readonly data: DataFacts;
  readonly branches: readonly { readonly branch: Branch; readonly dimension: number }[];
  readonly measures: readonly MeasureResult[];
  readonly seconds: number;
}
