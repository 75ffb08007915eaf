// N images, C channels of a block. Gates are hard: u8 [N, C], 1 = open.

/**
 * Of the gates that are open at one budget, the share that is open at a larger one too: 1 if the larger
 * network contains the smaller one for every image. Two draws that know nothing of each other come to the
 * share of all gates that the larger budget opens.
 * @param smaller gates per block at the smaller budget; `larger` likewise, of the same images
 * @returns null if no gate is open at the smaller budget
 * @throws Error if they are not gates of the same images and blocks
 */
export function nestedness(smaller: readonly Uint8Array[], larger: readonly Uint8Array[]): number | null {
  const sizes = (gates: readonly Uint8Array[]) => gates.map(({ length }) => length).join(', ') || 'none';
  if (sizes(smaller) !== sizes(larger)) {
    throw new Error(
      `nestedness: both budgets must have gates of the same images, got sizes ${sizes(smaller)} and ${sizes(larger)}. Encode the same images at both.`,
    );
  }
  let open = 0;
  let both = 0;
  for (const [l, block] of smaller.entries()) {
    const others = larger[l]!;
    for (let i = 0; i < block.length; i++) {
      open += block[i]!;
      both += block[i]! & others[i]!;
    }
  }
  return open > 0 ? both / open : null;
}
