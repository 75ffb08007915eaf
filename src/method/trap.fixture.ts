/** A WebAssembly module whose only function, f, traps. */
const TRAPPING = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0],
  ...[10, 5, 1, 3, 0, 0, 11],
);

/** Breaks WebAssembly down. */
export async function trap(): Promise<void> {
  const { instance } = await WebAssembly.instantiate(TRAPPING);
  (instance.exports.f as () => void)();
}
