// What the module exports: every kernel under its own name.

export { affine, inputGradient, moments, sums } from './batchNorm';
export { filterGradient } from './filterGradient';
export { addRelu, gateMap, gateMapGradient, reluGradient } from './maps';
