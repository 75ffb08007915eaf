// The one arithmetic of all kernels. The build's constant FUSED says how it is done: by one instruction that
// rounds once, or by two that round twice. Nothing else differs between builds.

/** a · b + c in four lanes. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return FUSED ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}
