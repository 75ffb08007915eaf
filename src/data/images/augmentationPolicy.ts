import type { RunConfig } from '../../config.ts';
import type { Recipe } from './recipe.ts';
import { type AugmentationPolicy, CIFAR10_POLICY } from './views.ts';

/**
 * The policy that a run draws its views from: the authors' for its data set, with the changes of the
 * configuration.
 */
export function policyOf(
  { minCrop, jitter, grayscale }: Pick<RunConfig, 'minCrop' | 'jitter' | 'grayscale'>,
  { blur }: Pick<Recipe, 'blur'>,
): AugmentationPolicy {
  const { brightness, contrast, saturation, hue, probability } = CIFAR10_POLICY.jitter;
  return {
    ...CIFAR10_POLICY,
    minCrop,
    grayscale,
    jitter: {
      probability,
      brightness: jitter * brightness,
      contrast: jitter * contrast,
      saturation: jitter * saturation,
      hue: jitter * hue,
    },
    blur: { ...CIFAR10_POLICY.blur, probability: blur },
  };
}
