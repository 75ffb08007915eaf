import type { MapShape } from './maps.ts';

/** A convolution's geometry, forward. */
export interface ConvolutionShape {
  /** Of the input. Its border must be at least the padding. */
  readonly input: MapShape;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Side of the output map along an axis of `side` pixels. */
function outputSide(side: number, { kernel: k, stride, padding }: ConvolutionShape): number {
  return Math.floor((side + 2 * padding - k) / stride) + 1;
}

/** The output's maps, without a border. */
export function outputShape(shape: ConvolutionShape): MapShape {
  const { images, height, width } = shape.input;
  return {
    images,
    height: outputSide(height, shape),
    width: outputSide(width, shape),
    channels: shape.outputs,
    border: 0,
  };
}
