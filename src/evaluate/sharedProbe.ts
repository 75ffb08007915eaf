import type { Moments } from './moments.ts';
import { type LinearProbe, RIDGE_PENALTY, ridgeProbe } from './ridge.ts';

// W widths of a slimmable network, D the widest one's features.

/**
 * One linear probe for all widths of a slimmable network: the narrow ones read the first rows of its weights.
 * It minimises the sum of the widths' squared errors, so at most one width gets the probe that is best for it
 * (Zhao et al., IJCV 2024, the case for switchable probes). Each width's features are standardised
 * separately, as each has its own BatchNorms. So only the sharing of the weights is compared.
 * @param widths moments of each width's features on the same images
 */
export function sharedProbe(widths: readonly Moments[], penalty = RIDGE_PENALTY): LinearProbe {
  const widest = widths.reduce((most, width) => (width.dimension > most.dimension ? width : most));
  const { dimension, classes } = widest;
  if (widths.some(({ classes: own, count }) => own !== classes || count !== widest.count)) {
    throw new Error('sharedProbe: all widths must be of the same labelled images');
  }
  const correlation = new Float64Array(dimension * dimension);
  const cross = new Float64Array(dimension * classes);
  for (const width of widths) {
    for (let d = 0; d < width.dimension; d++) {
      for (let e = 0; e < width.dimension; e++) {
        correlation[d * dimension + e]! += width.correlation[d * width.dimension + e]! / widths.length;
      }
    }
    width.cross.forEach((value, i) => {
      cross[i]! += value / widths.length;
    });
  }
  return ridgeProbe({ ...widest, correlation, cross }, dimension, penalty);
}

/** The part of a shared probe that a width reads: the weights of its first dimensions. */
export function prefixOf({ classes, weight, bias }: LinearProbe, dimension: number): LinearProbe {
  return { classes, dimension, weight: weight.subarray(0, dimension * classes), bias };
}
