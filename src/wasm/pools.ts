import { type MapShape, quads } from '../plan/maps.ts';
import { outputSide } from './convolution.ts';
import type { Call } from './kernels.ts';
import { imageBytes, type MapAt, pixelAt, rowBytes } from './maps.ts';

// Pooling and its gradients as calls of kernels. Addresses are bytes.

/** Means over pixels: x → y [images, channels]. */
export function globalPool(x: MapAt, y: number): Call {
  return {
    kernel: 'globalPool',
    units: x.images,
    numbers: [pixelAt(x, 0, 0), y, x.height, x.width, quads(x.channels), rowBytes(x), imageBytes(x)],
  };
}

/** Gradient of the means: x [images, channels] → y. Its border is left as it is. */
export function spread(x: number, y: MapAt): Call {
  return {
    kernel: 'spread',
    units: y.images,
    numbers: [x, pixelAt(y, 0, 0), y.height, y.width, quads(y.channels), rowBytes(y), imageBytes(y)],
  };
}

/** The maps that the stem's max-pool makes of these. */
export function pooledShape(x: MapShape): MapShape {
  const window = { kernel: 3, stride: 2, padding: 1 };
  return { ...x, height: outputSide(x.height, window), width: outputSide(x.width, window), border: 1 };
}

/** Max-pool 3 × 3, stride 2, padding 1; `taps` has the size of y without its border. */
export function maxPool(x: MapAt, y: number, taps: number): Call {
  if (x.border !== 1) throw new Error(`max-pool: x must have a border of 1 pixel, got ${x.border}`);
  const { height, width } = pooledShape(x);
  return {
    kernel: 'maxPool',
    units: x.images,
    numbers: [x.at, y, taps, x.height, x.width, height, width, quads(x.channels)],
  };
}

/** dx of dy, the gradient of `maxPool`'s output. */
export function maxPoolGradient(dy: MapAt, taps: number, dx: MapAt): Call {
  return {
    kernel: 'maxPoolGradient',
    units: dx.images,
    numbers: [
      ...[pixelAt(dy, 0, 0), taps, pixelAt(dx, 0, 0), dx.height, dx.width, dy.height, dy.width],
      ...[quads(dx.channels), rowBytes(dy), imageBytes(dy), rowBytes(dx), imageBytes(dx)],
    ],
  };
}
