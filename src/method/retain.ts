import * as tf from '@tensorflow/tfjs';

/** Tensors of the current forward pass that its backward pass will need; null outside of `retaining`. */
let held: Set<tf.Tensor> | null = null;

/**
 * Runs a forward and backward pass whose operations keep tensors by `forGradient`, and frees these at its
 * end. tfjs's own way, `save`, copies each tensor on WASM: at width 8 that takes a tenth of a step.
 */
export function retaining<T>(pass: () => T): T {
  if (held !== null) throw new Error('retaining: one pass at a time');
  held = new Set();
  try {
    return pass();
  } finally {
    tf.dispose([...held]);
    held = null;
  }
}

/**
 * Keeps `tensors` for a gradient function: without a copy inside `retaining`, and by tfjs's `save` elsewhere.
 * Returns a function that finds them in what tfjs hands to the gradient function.
 */
export function forGradient<T extends readonly tf.Tensor[]>(
  save: tf.GradSaveFunc,
  tensors: T,
): (saved: tf.Tensor[]) => T {
  if (held === null) {
    save([...tensors]);
    return (saved) => saved as readonly tf.Tensor[] as T;
  }
  for (const tensor of tensors) held.add(tf.keep(tensor));
  return () => tensors;
}
