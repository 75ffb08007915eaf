import { quads } from '../../plan/maps.ts';

/** Floats of a convolution's weights in blocks. */
export function filterSize(kernel: number, inputs: number, outputs: number): number {
  return kernel * kernel * quads(inputs) * quads(outputs) * 16;
}

/**
 * Brings weights from PyTorch's [out, in, kh, kw] into the blocks that shaders read: [kh, kw, in / 4, out /
 * 4] blocks of 4 inputs × 4 outputs, padded with zeros.
 */
export function blockFilter(
  kernel: number,
  inputs: number,
  outputs: number,
  values: Float32Array,
): Float32Array<ArrayBuffer> {
  const blocks = new Float32Array(filterSize(kernel, inputs, outputs));
  eachWeight(kernel, inputs, outputs, (torch, blocked) => {
    blocks[blocked] = values[torch]!;
  });
  return blocks;
}

/** Blocks as PyTorch's [out, in, kh, kw]. */
export function unblockFilter(
  kernel: number,
  inputs: number,
  outputs: number,
  blocks: Float32Array,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(outputs * inputs * kernel * kernel);
  eachWeight(kernel, inputs, outputs, (torch, blocked) => {
    values[torch] = blocks[blocked]!;
  });
  return values;
}

function eachWeight(
  kernel: number,
  inputs: number,
  outputs: number,
  visit: (torch: number, blocked: number) => void,
): void {
  let torch = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const block = (tap * quads(inputs) + (i >> 2)) * quads(outputs) + (o >> 2);
        visit(torch++, block * 16 + (i & 3) * 4 + (o & 3));
      }
    }
  }
}
