import type { SampleSize } from '../../metrics.ts';
import type { Dial } from '../../run/dial.ts';

/** The budgets of a dial that nobody chose others for, shares of the dense MACs. */
export const DIAL_BUDGETS: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/**
 * Measures the network on the workbench at many budgets, without training it. A gated network opens more or
 * fewer gates by one shift δ of all logits; a slimmable one changes its width.
 */
export interface DialOrder {
  readonly kind: 'dial';
  /** Shares of the dense MACs, above 0 and up to 1, in any order. Equal ones count once. */
  readonly budgets: readonly number[];
  /** Steps of training that the network has behind it. */
  readonly step: number;
  /** How many images are measured; all if null. */
  readonly sample: SampleSize | null;
  /**
   * The run's seed, if it takes samples: they then have the images that the run's own evaluations have. Null:
   * images are taken in the order in which they are stored.
   */
  readonly shuffle: number | null;
  /** What is drawn of each point; null: nothing. */
  readonly map: DialMapOrder | null;
}

/** The maps of a dial. */
export interface DialMapOrder {
  /** Passes over the training set behind the network. */
  readonly epoch: number;
  /** Test images that are drawn, the first of those that are measured. */
  readonly images: number;
  /** How UMAPs are drawn; null: PCAs. */
  readonly umap: { readonly neighbours: number; readonly seed: number } | null;
  /**
   * f32 [images, 2], or of the first images only: where the dense map shows them. All maps are turned to it,
   * and UMAPs start from it or from one another. Null: they are turned to that of the largest budget.
   */
  readonly target: Float32Array | null;
}

export interface DialOutcome {
  readonly kind: 'dial';
  readonly dial: Dial;
  readonly seconds: number;
}
