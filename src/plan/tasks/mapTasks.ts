import type { ConvolutionShape } from '../convolutionShape.ts';
import type { FilterShape } from '../layout.ts';
import { type MapShape, quads } from '../maps.ts';
import type { Span } from '../memory.ts';
import type { Of } from './of.ts';

// Operations on maps.

/** Passes of equal size with statistics of their own. */
interface Passes {
  /** Images of one pass. */
  readonly perPass: number;
}

/** Where a BatchNorm's values lie for one pass; places in floats. */
export interface NormPlace {
  /** γ among all parameters (and gradients); β follows, both in whole quads. */
  readonly affine: number;
  /** The running mean among all running statistics; the variance follows. */
  readonly running: number;
}

/** Floats of the affine maps and statistics of a BatchNorm over maps. */
export function normSize(channels: number, passes: number): number {
  return passes * 4 * 4 * quads(channels);
}

/** A BatchNorm over maps with the convolution's output that went in. */
export interface Normed {
  /** Without a border. */
  readonly x: Span;
  /** `normSize` floats. */
  readonly norm: Span;
  /** Per pass. */
  readonly places: readonly NormPlace[];
}

/** All parameters and all running statistics. */
interface NormState {
  readonly parameters: Span;
  readonly running: Span;
}

/** A filter whose turned copy an input's gradient reads. */
export interface TurnedFilter extends FilterShape {
  /** The convolution's name. */
  readonly name: string;
  /** Floats before it among all parameters. */
  readonly from: number;
  readonly stride: number;
  readonly padding: number;
}

/** A convolution and the affine map of the BatchNorm that follows it. */
export interface NormedConvolutionTask extends ConvolutionShape, NormState, Of {
  readonly x: Span;
  readonly w: Span;
  /** [N, H', W', outputs], without a border. */
  readonly y: Span;
  /** `normSize` floats, overwritten. */
  readonly norm: Span;
  /** Per pass. */
  readonly places: readonly NormPlace[];
  /**
   * Training takes each pass's statistics, and moves the running ones once per pass, in order; evaluation
   * takes the running statistics of the first place.
   */
  readonly mode: 'training' | 'evaluation';
  /** Gates [images, channels] that multiplied x. Evaluation may leave out channels that they close. */
  readonly inputGates?: Span | undefined;
}

/** The affine map of a BatchNorm in evaluation. */
export interface RunningNormTask extends NormState, Of {
  readonly channels: number;
  readonly passes: number;
  readonly place: NormPlace;
  /** Overwritten, the same for every pass. */
  readonly norm: Span;
}

/** What a block's end adds before its ReLU: a map that lies as the output does, or a convolution's output. */
export type Skip =
  | { readonly kind: 'input'; readonly map: Span }
  | { readonly kind: 'convolution'; readonly map: Span; readonly norm: Span };

/** relu(BN(x) + skip) · gate as a map with the border of `map`, which is zero. */
export interface ActivationTask extends Passes, Of {
  /** The map that is written. */
  readonly map: MapShape;
  /** Without a border. */
  readonly x: Span;
  readonly norm: Span;
  readonly y: Span;
  /** [images, channels]; never with a skip. */
  readonly gates?: Span | undefined;
  readonly skip?: Skip | undefined;
}

/**
 * Backward through ReLU, gate and BatchNorm: the gradients of γ and β, of the gate, and of the BatchNorm's
 * input.
 */
export interface MapGradientTask extends Of {
  /** Without a border; images of all passes. */
  readonly map: MapShape;
  /** Gradient of the ReLU's output. */
  readonly gradient: Span;
  /** Pixels around the gradient. */
  readonly gradientBorder: number;
  readonly main: Normed;
  /** Gradient of main.x, with a border of one pixel, which is zero. */
  readonly dx: Span;
  /** The ReLU: the bordered map that it wrote, or the BatchNorm's own output, with the gate that followed. */
  readonly relu:
    | { readonly kind: 'map'; readonly output: Span }
    | {
        readonly kind: 'norm';
        readonly gate?: { readonly gates: Span; readonly gradient: Span } | undefined;
      };
  /** The shortcut's BatchNorm, which the same ReLU ends. */
  readonly shortcut?: (Normed & { readonly dx: Span }) | undefined;
  /** Gradients of all parameters. */
  readonly gradients: Span;
}

export interface FilterGradientTask extends ConvolutionShape, Of {
  readonly x: Span;
  /** With a border of one pixel. */
  readonly dy: Span;
  /** As the weights lie. */
  readonly dw: Span;
}

/** Gradient of a convolution's input, from the copy of its filter that `turnFilters` made. */
export interface InputGradientTask extends ConvolutionShape, Of {
  /** The convolution, as its filter was named. */
  readonly name: string;
  /** With a border of one pixel of zeros. */
  readonly dy: Span;
  /** Overwritten inside its border. */
  readonly dx: Span;
  readonly dxBorder: number;
  /** Whether to add to what dx holds. */
  readonly add: boolean;
  /**
   * The gradient that came past the block, where the block's output, bordered by a pixel, is above 0. It lies
   * as dx does.
   */
  readonly skip?: { readonly gradient: Span; readonly output: Span };
  /** Gradient of the pooled input, [N, channels], for images [from, to), one share per pixel. */
  readonly pool?: { readonly gradient: Span; readonly from: number; readonly to: number };
}

/** Mean over the pixels, [images, H, W, C] → [images, C]. */
export interface GlobalPoolTask extends Of {
  readonly map: MapShape;
  readonly x: Span;
  readonly y: Span;
}

/** Gradient of `globalPool`: each pixel gets its share. */
export interface SpreadTask extends Of {
  readonly map: MapShape;
  readonly x: Span;
  /** The border is left as it is. */
  readonly y: Span;
}

/** The stem's max-pool (method §2): 3 × 3, stride 2, padding 1; both maps have a border of one pixel. */
export interface MaxPoolTask extends Of {
  readonly map: MapShape;
  readonly x: Span;
  readonly y: Span;
  /** Where each window found its maximum; the size of y without its border. */
  readonly taps: Span;
}

export interface MaxPoolGradientTask extends Of {
  /** Of dx; dy has as wide a border. Both borders are left as they are. */
  readonly map: MapShape;
  readonly dy: Span;
  readonly taps: Span;
  readonly dx: Span;
}

/** The maps that the max-pool makes. */
export function pooledShape(map: MapShape): MapShape {
  const side = (pixels: number) => Math.floor((pixels - 1) / 2) + 1;
  return { ...map, height: side(map.height), width: side(map.width) };
}
