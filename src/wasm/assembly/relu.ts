/** The gradient at `gradient` where the output of a ReLU at `output` is above 0, else 0. */
@inline
export function throughRelu(gradient: usize, output: usize): v128 {
  return v128.and(v128.load(gradient), f32x4.gt(v128.load(output), f32x4.splat(0)));
}
