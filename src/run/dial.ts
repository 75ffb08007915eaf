import type { BlockUsage, Reach, SampleSize } from '../metrics.ts';
import type { Moment } from './moment.ts';

// The dial: one trained network at many budgets, without training it again. Ours, not the paper's.

/** What a point of the dial changes in the network. */
export type DialSetting =
  /** δ: every gate opens where its logit + δ ≥ 0. */
  | { readonly kind: 'shift'; readonly shift: number }
  /** Width of a slimmable network, a share of every layer's channels, 0–1. */
  | { readonly kind: 'width'; readonly width: number };

/** What one trained network spends and reaches at one budget. */
export interface CurvePoint {
  /** The share of the dense MACs that was asked for, 0–1. */
  readonly budget: number;
  readonly setting: DialSetting;
  readonly reach: Reach;
  /** MACs over the dense MACs on the training images that the setting was found with, 0–1. */
  readonly calibrated: number;
  /** MACs over the dense MACs on the test images (hard gates, mean), 0–1. */
  readonly macRatio: number;
  /** 20-NN accuracy of the sub-network on the test images; null without labels. */
  readonly knn20: number | null;
  /** √(p (1 − p) / test); null without labels. */
  readonly standardError: number | null;
}

/** One trained network at one budget, with its gates. */
export interface DialPoint extends CurvePoint {
  /**
   * Of the gates that are open here over the test images, the share that is open at the next larger budget
   * too (statistics/nestedness.ts); null at the largest budget, if no gate is open, and without gates.
   */
  readonly nestedness: number | null;
  /** Channels per gated block over the test images; empty for a slimmable network. */
  readonly channelUsage: readonly BlockUsage[];
  /**
   * Map, gates and neighbours of the map images at this budget, under the branch `gated`, or that of the
   * width; null where nobody drew them. Run files leave it out.
   */
  readonly moment: Moment | null;
}

/** The calibrated points of one network, in the order of their budgets. */
export interface Dial {
  /** Steps of training that the network has behind it. */
  readonly step: number;
  /**
   * Training images that the settings were found with, or that in-between widths took the statistics of their
   * BatchNorms from.
   */
  readonly images: number;
  /** What accuracies and MACs were measured on. */
  readonly sample: SampleSize;
  readonly points: readonly DialPoint[];
}

/** What results of many runs keep of a dial. */
export interface DialCurve {
  /** What accuracies and MACs were measured on. */
  readonly sample: SampleSize;
  /** In the order of their budgets. */
  readonly points: readonly CurvePoint[];
}

/** A dial without its gates and maps. */
export function curveOf({ sample, points }: Dial): DialCurve {
  return {
    sample,
    points: points.map(({ nestedness: _, channelUsage: __, moment: ___, ...point }) => point),
  };
}
