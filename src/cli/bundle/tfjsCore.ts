// What stands in a bundle for the whole of tfjs: operations, their gradients, and plain JavaScript to compute
// them. Layers, file formats and WebGL, which no command uses, are not in it.

import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-backend-cpu';

export * from '@tensorflow/tfjs-core';
