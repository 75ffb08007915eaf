import type { ConvolutionShape } from '../convolutionShape.ts';
import type { LinearShape } from '../layout.ts';
import type { Span } from '../memory.ts';
import type { Of } from './of.ts';

// Operations of a frozen network, whose BatchNorms are folded into its filters.

/** A convolution with its folded BatchNorm and what follows: relu(w ∗ x + bias + skip) · gate. */
export interface InferenceConvolutionTask extends ConvolutionShape, Of {
  readonly x: Span;
  /** The filter as the executor's layout has it, BatchNorm's scale in it. */
  readonly w: Span;
  /** [outputs] in whole quads. */
  readonly bias: Span;
  /** [N, H' + 2·border, W' + 2·border, outputs]; its border stays as it is. */
  readonly y: Span;
  readonly border: number;
  readonly relu: boolean;
  /** Added before the ReLU, shaped like the output but for its border. */
  readonly skip?: { readonly map: Span; readonly border: number };
  /** [N, outputs]: multiplies the output. With `skipClosed`, groups that it closes are not written at all. */
  readonly gate?: Span;
  /** [N, inputs]: with `skipClosed`, quads of inputs that it closes are not read. */
  readonly inputGate?: Span;
  readonly skipClosed: boolean;
}

/** A linear layer of a gate with its bias and what follows. */
export interface InferenceLinearTask extends LinearShape, Of {
  /** [rows, inputs] */
  readonly x: Span;
  /** Weights as those of a 1×1 convolution. */
  readonly w: Span;
  /** [outputs] in whole quads. */
  readonly bias: Span;
  /** [rows, outputs] */
  readonly y: Span;
  readonly rows: number;
  /** ReLU, or 1 from 0 on and else 0. */
  readonly act: 'relu' | 'hard';
}
