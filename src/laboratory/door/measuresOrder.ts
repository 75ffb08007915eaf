import type { KnnChoice } from '../../evaluate/knn.ts';
import type { Spread } from '../../evaluate/spectrum/collapse.ts';
import type { Branch } from '../../metrics.ts';
import type { PairedComparison } from '../../statistics/confidence.ts';

export type { KnnChoice } from '../../evaluate/knn.ts';

/** Classifiers on frozen features of every branch. */
export interface MeasuresOrder {
  readonly kind: 'measures';
  readonly knn: readonly KnnChoice[];
  /** Closed-form ridge probe; for a slimmable network also one probe that all widths share. */
  readonly ridge: boolean;
  /** Linear probe trained by Adam. */
  readonly linear: boolean;
  /** Accuracy of the first m dimensions. */
  readonly matryoshka: boolean;
  /** Effective rank, deviations and the collapse alarm. */
  readonly spread: boolean;
  /** The same classifiers on pixels. */
  readonly floors: boolean;
}

/** Accuracy on the test images of one class. */
export interface ClassScore {
  readonly name: string;
  readonly images: number;
  readonly accuracy: number;
  readonly standardError: number;
}

/** Test accuracy of a branch by one measure. */
export interface Score {
  readonly branch: Branch;
  readonly accuracy: number;
  readonly standardError: number;
  /** Which test images it gets right, packed as in statistics/bitset.ts. */
  readonly correct: string;
  /** In label order, without classes that have no test images. */
  readonly classes: readonly ClassScore[];
}

/** Test accuracy of pixels by one measure. */
export interface FloorScore {
  /** What became of the pixels before. */
  readonly name: string;
  readonly accuracy: number;
  readonly standardError: number;
}

/** The best of a measure's floors, of equal ones the first; null if none was measured. */
export function bestScore(floors: readonly FloorScore[]): FloorScore | null {
  return floors.reduce<FloorScore | null>(
    (best, floor) => (best === null || floor.accuracy > best.accuracy ? floor : best),
    null,
  );
}

/** Two branches on the same test images by the same measure. */
export interface BranchComparison extends PairedComparison {
  readonly first: Branch;
  readonly second: Branch;
}

/** The scores of all branches with one classifier. */
export interface MeasureResult {
  /** `knn20-cosine`, `ridge`, … */
  readonly id: string;
  readonly label: string;
  /** How it was measured, with every number that matters. */
  readonly recipe: string;
  /** A reason to distrust it; null if none is known. */
  readonly caution: string | null;
  readonly scores: readonly Score[];
  /** Of pixels; empty unless they were ordered. */
  readonly floors: readonly FloorScore[];
  readonly comparisons: readonly BranchComparison[];
}

/** The images of an order, in numbers. */
export interface DataFacts {
  readonly name: string;
  readonly train: number;
  readonly test: number;
  /** 0 if the images have no labels; then nothing that needs labels is measured. */
  readonly classes: number;
  /** Numbers of training images of the rarest and of the most frequent class. */
  readonly fewest: number;
  readonly most: number;
}

/** Ridge-probe accuracy on the first dimensions of a branch's features (Kusupati et al., NeurIPS 2022). */
export interface MatryoshkaCurve {
  readonly branch: Branch;
  readonly points: readonly {
    readonly dimension: number;
    readonly accuracy: number;
    readonly standardError: number;
  }[];
}

export interface BranchSpread extends Spread {
  readonly branch: Branch;
}

export interface BranchFacts {
  readonly branch: Branch;
  /** Dimension of the branch's features. */
  readonly dimension: number;
  /** Theoretical MACs of one image; for the gated branch, the mean over the test images. */
  readonly macs: number;
}

export interface MeasuresOutcome {
  readonly kind: 'measures';
  readonly data: DataFacts;
  readonly branches: readonly BranchFacts[];
  readonly measures: readonly MeasureResult[];
  /** Empty unless it was ordered. */
  readonly matryoshka: readonly MatryoshkaCurve[];
  /** Empty unless they were ordered. */
  readonly spreads: readonly BranchSpread[];
  readonly seconds: number;
}
