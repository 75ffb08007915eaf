// What the module exports: every kernel under its own name. Their first two arguments are the part [from, to)
// of their work that this call does; addresses are bytes.

export { convolution } from './convolution';
export { filterGradient } from './filterGradient';
export { inferenceConvolution, openChannels, openConvolution } from './inference';
export { multiplyAddLoop, multiplyAddOperations } from './peak';
export { turnedFilter } from './turnedFilter';
export { activation } from './activation';
export { batchStatistics, imageMoments, runningNorm } from './mapNorm';
export { mapGradient, mapGradientSums, normGradient } from './mapGradient';
export { globalPool, maxPool, maxPoolGradient, spread } from './pools';
export { columnSums, rowNorm, rowNormGradient } from './rowNorm';
export { budget, gateCounts, gateGradient, gateSample } from './gates';
export { chunkSquares, descend, partSquares, tensorScales } from './optimizer';
export { keep, restore, stepTerms, termGradient } from './terms';
export { matrixFilter, productSquares, vicregColumns, vicregTerms } from './vicreg';
export { evaluationInput, views } from './views';

/** The first byte of memory that is not taken by tables of these kernels. */
export function firstFree(): usize {
  return __heap_base;
}
