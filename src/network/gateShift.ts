/** δ of a gate shift is from −SHIFT_LIMIT to SHIFT_LIMIT. */
export const SHIFT_LIMIT = 64;
