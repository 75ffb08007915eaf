/** Stores four results, added to those that are there where `add` is not 0. */
@inline
export function storeOrAdd(to: usize, value: v128, add: i32): void {
  v128.store(to, add ? f32x4.add(v128.load(to), value) : value);
}
