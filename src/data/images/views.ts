import type { Random } from '../../random.ts';

/** A rectangle of the source image, in its pixels. */
export interface Crop {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The four operations of a colour jitter; a packed record stores their places in this list. */
export const JITTER_OPERATIONS = ['brightness', 'contrast', 'saturation', 'hue'] as const;
export type JitterOperation = (typeof JITTER_OPERATIONS)[number];

/**
 * One colour jitter: which operations to apply, in which order. Factor 1 (hue: 0) leaves an image as it is.
 */
export interface Jitter {
  readonly order: readonly [JitterOperation, JitterOperation, JitterOperation, JitterOperation];
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** Turns of the colour circle, from -0.5 to 0.5. */
  readonly hue: number;
}

/**
 * How one view of one image is made. These are numbers only, drawn before any pixel is touched, so that every
 * engine can make the same view. They apply in the order of the fields: crop and resize, jitter, grayscale,
 * blur, solarize, flip.
 */
export interface ViewParameters {
  /** The crop is resized to the size of the network's input. */
  readonly crop: Crop;
  readonly jitter: Jitter | null;
  readonly grayscale: boolean;
  /** Standard deviation of the blur in pixels (PIL's "radius"). */
  readonly blur: number | null;
  /** Bytes from this value up are inverted. */
  readonly solarize: number | null;
  readonly flip: boolean;
}

/** The distributions of the views' parameters (method §6). Probabilities are 0–1. */
export interface AugmentationPolicy {
  /** Smallest area of a crop, as a share of the image's; the largest is the whole image. */
  readonly minCrop: number;
  /** Width over height of a crop, smallest and largest. */
  readonly ratio: readonly [number, number];
  /** Strengths s. Factors are drawn from U[max(0, 1-s), 1+s], and hue from U[-s, s]. */
  readonly jitter: {
    readonly probability: number;
    readonly brightness: number;
    readonly contrast: number;
    readonly saturation: number;
    readonly hue: number;
  };
  readonly grayscale: number;
  /** `probability` is for view 1 and for view 2; sigma is uniform, in pixels. */
  readonly blur: {
    readonly probability: readonly [number, number];
    readonly sigma: readonly [number, number];
  };
  readonly solarize: { readonly probability: number; readonly threshold: number };
  readonly flip: number;
}

/** The authors' pretraining views of CIFAR-10: no blur, both views from the same distribution. */
export const CIFAR10_POLICY: AugmentationPolicy = {
  minCrop: 0.2,
  ratio: [3 / 4, 4 / 3],
  jitter: { probability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 },
  grayscale: 0.2,
  blur: { probability: [0, 0], sigma: [0.1, 2] },
  solarize: { probability: 0.1, threshold: 128 },
  flip: 0.5,
};

/** The whole image, unchanged. */
export function identityView(imageSize: number): ViewParameters {
  return {
    crop: { top: 0, left: 0, height: imageSize, width: imageSize },
    jitter: null,
    grayscale: false,
    blur: null,
    solarize: null,
    flip: false,
  };
}

/**
 * Draws one view. Every call takes the same 35 uniforms in the same order, even if some are not used (all ten
 * tries of the crop, the factors of a jitter that does not happen). So another probability or crop size does
 * not change any other draw of the run.
 * @param view 0 or 1: only the probability of blur differs.
 * @param imageSize side of the square source image, pixels
 */
export function drawView(
  policy: AugmentationPolicy,
  view: 0 | 1,
  imageSize: number,
  random: Random,
): ViewParameters {
  const crop = drawCrop(policy, imageSize, random);
  const jittered = random.uniform() < policy.jitter.probability;
  const jitter = drawJitter(policy.jitter, random);
  const grayscale = random.uniform() < policy.grayscale;
  const blurred = random.uniform() < policy.blur.probability[view];
  const sigma = random.between(...policy.blur.sigma);
  const solarized = random.uniform() < policy.solarize.probability;
  const flip = random.uniform() < policy.flip;
  return {
    crop,
    jitter: jittered ? jitter : null,
    grayscale,
    blur: blurred ? sigma : null,
    solarize: solarized ? policy.solarize.threshold : null,
    flip,
  };
}

const CROP_TRIES = 10;

/**
 * torchvision's RandomResizedCrop: the area is uniform, the aspect ratio log-uniform. There are ten tries to
 * fit the crop into the image, and the first that fits is placed uniformly. If none fits, it is the largest
 * central crop whose ratio is allowed.
 */
function drawCrop({ minCrop, ratio }: AugmentationPolicy, size: number, random: Random): Crop {
  let fit: { height: number; width: number } | null = null;
  for (let tries = 0; tries < CROP_TRIES; tries++) {
    const area = size * size * random.between(minCrop, 1);
    const aspect = Math.exp(random.between(Math.log(ratio[0]), Math.log(ratio[1])));
    const width = Math.round(Math.sqrt(area * aspect));
    const height = Math.round(Math.sqrt(area / aspect));
    const fits = width > 0 && width <= size && height > 0 && height <= size;
    if (fit === null && fits) fit = { height, width };
  }
  const down = random.uniform();
  const right = random.uniform();
  if (fit === null) return centralCrop(ratio, size);
  return {
    top: Math.floor(down * (size - fit.height + 1)),
    left: Math.floor(right * (size - fit.width + 1)),
    ...fit,
  };
}

function centralCrop([narrowest, widest]: readonly [number, number], size: number): Crop {
  const width = Math.round(size * Math.min(1, widest));
  const height = Math.round(size / Math.max(1, narrowest));
  return { top: Math.floor((size - height) / 2), left: Math.floor((size - width) / 2), height, width };
}

/** torchvision's ColorJitter: four factors, and one of the 24 orders. */
function drawJitter(strength: AugmentationPolicy['jitter'], random: Random): Jitter {
  const factor = (s: number) => random.between(Math.max(0, 1 - s), 1 + s);
  return {
    brightness: factor(strength.brightness),
    contrast: factor(strength.contrast),
    saturation: factor(strength.saturation),
    hue: random.between(-strength.hue, strength.hue),
    order: drawOrder(random),
  };
}

/**
 * Fisher–Yates on three uniforms. `Random.below` may take more than one word for a draw, and these take
 * exactly one.
 */
function drawOrder(random: Random): Jitter['order'] {
  const left = [...JITTER_OPERATIONS];
  const take = (): JitterOperation => left.splice(Math.floor(random.uniform() * left.length), 1)[0]!;
  return [take(), take(), take(), left[0]!];
}
