// The binaries that one source of kernels becomes. src/wasm/build.ts compiles them.

/** What differs between binaries of the same source. */
export interface Build {
  /** Whether a multiply and add rounds once. This takes relaxed SIMD. */
  readonly fused: boolean;
  /** Whether several threads compute in one memory. */
  readonly shared: boolean;
}

export const BUILDS: readonly Build[] = [false, true].flatMap((fused) =>
  [false, true].map((shared) => ({ fused, shared })),
);

/** Bytes of a page, by which memories grow. */
export const PAGE_BYTES = 65_536;

/** The most pages that a memory can have: 4 GiB. */
export const MOST_PAGES = 65_536;
