import { type ConvolutionShape, outputShape } from '../../../plan/convolutionShape.ts';

// Convolution and its gradients in plain loops and float64, by their definition. The shaders are compared
// with them. x and y are [N, H, W, C] without a border, w is PyTorch's [out, in, kh, kw].

/** Calls `visit` for every product of the convolution with the places of y, x and w in their arrays. */
function eachProduct(task: ConvolutionShape, visit: (y: number, x: number, w: number) => void): void {
  const { input, kernel, stride, padding, outputs } = task;
  const output = outputShape(task);
  for (let n = 0; n < input.images; n++) {
    for (let oy = 0; oy < output.height; oy++) {
      for (let ox = 0; ox < output.width; ox++) {
        for (let ky = 0; ky < kernel; ky++) {
          for (let kx = 0; kx < kernel; kx++) {
            const iy = oy * stride + ky - padding;
            const ix = ox * stride + kx - padding;
            if (iy < 0 || ix < 0 || iy >= input.height || ix >= input.width) continue;
            const to = ((n * output.height + oy) * output.width + ox) * outputs;
            const from = ((n * input.height + iy) * input.width + ix) * input.channels;
            for (let o = 0; o < outputs; o++) {
              for (let i = 0; i < input.channels; i++) {
                visit(to + o, from + i, ((o * input.channels + i) * kernel + ky) * kernel + kx);
              }
            }
          }
        }
      }
    }
  }
}

/** y of x and w. */
export function convolve(task: ConvolutionShape, x: Float32Array, w: Float32Array): Float32Array {
  const { images, height, width } = outputShape(task);
  const sums = new Float64Array(images * height * width * task.outputs);
  eachProduct(task, (at, from, weight) => {
    sums[at]! += x[from]! * w[weight]!;
  });
  return Float32Array.from(sums);
}

/** Gradient of x for the gradient dy of y. */
export function inputGradientOf(task: ConvolutionShape, dy: Float32Array, w: Float32Array): Float32Array {
  const { images, height, width, channels } = task.input;
  const sums = new Float64Array(images * height * width * channels);
  eachProduct(task, (at, from, weight) => {
    sums[from]! += dy[at]! * w[weight]!;
  });
  return Float32Array.from(sums);
}

/** Gradient of w for the gradient dy of y. */
export function filterGradientOf(task: ConvolutionShape, dy: Float32Array, x: Float32Array): Float32Array {
  const sums = new Float64Array(task.outputs * task.input.channels * task.kernel ** 2);
  eachProduct(task, (at, from, weight) => {
    sums[weight]! += dy[at]! * x[from]!;
  });
  return Float32Array.from(sums);
}
