import { guessOf } from '../../store/data/source.ts';
import type { DataSource } from '../../store/settings.ts';

/** Says in a sentence or two who made the images and what the makers ask for. */
export function creditOf(source: DataSource): string {
  if (source.kind === 'emoji10')
    return 'Drawings: Noto Emoji (Apache-2.0), Fluent Emoji (MIT), Twemoji (CC BY 4.0, pasted, turned and recoloured).';
  const { recipe, words } = guessOf(source);
  switch (recipe) {
    case 'cifar10':
    case 'cifar100':
      return 'CIFAR asks to be cited: Krizhevsky, “Learning Multiple Layers of Features from Tiny Images”, 2009.';
    case 'stl10':
      return 'STL-10 asks to be cited: Coates, Lee, Ng, “An Analysis of Single-Layer Networks in Unsupervised Feature Learning”, AISTATS 2011.';
    case 'imagenet100':
      return words.includes('ImageNet')
        ? 'ImageNet is for non-commercial research only: Russakovsky et al., “ImageNet Large Scale Visual Recognition Challenge”, 2015.'
        : 'Pictures of your own are yours to judge; those of ImageNet are for non-commercial research only.';
    default:
      return recipe satisfies never;
  }
}

/**
 * Says how a run treats the images. It takes normalisation and blur from the paper's data set that is most
 * like them.
 */
export function treatmentOf(source: DataSource): string {
  const { recipe } = guessOf(source);
  switch (recipe) {
    case 'cifar10':
      return 'Normalised as the authors do CIFAR-10; no blur.';
    case 'cifar100':
      return 'Normalised as the authors do CIFAR-100; view 2 is blurred with probability .2.';
    case 'stl10':
      return 'Normalised as the authors do STL-10; no blur.';
    case 'imagenet100':
      return 'Normalised as the authors do ImageNet-100, cut to the middle square; no blur.';
    default:
      return recipe satisfies never;
  }
}
