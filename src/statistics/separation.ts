// N images, C channels of one gated block. Gates are hard: u8 [N, C], 1 = open.

/** How often two groups of images open one channel. */
export interface ChannelContrast {
  /** Indices into the network's list of gated blocks, and into the block's channels. */
  readonly block: number;
  readonly channel: number;
  /** Share of each group's images that open the channel. */
  readonly rateA: number;
  readonly rateB: number;
  /** Two-proportion z. It is positive if group A opens the channel more often. */
  readonly z: number;
}

/**
 * How many of some images open each channel.
 * @returns u32 [C]
 */
export function openCounts(gate: Uint8Array, channels: number, images: Iterable<number>): Uint32Array {
  const counts = new Uint32Array(channels);
  for (const image of images) {
    for (let c = 0, at = image * channels; c < channels; c++, at++) counts[c]! += gate[at]!;
  }
  return counts;
}

/**
 * The two-proportion z statistic with the pooled variance: (p₁ − p₂) / √(p (1 − p) (1/n₁ + 1/n₂)), where p is
 * the share of both groups together. It is 0 if all images or none open the channel, because then nothing
 * varies.
 */
export function twoProportionZ(openA: number, a: number, openB: number, b: number): number {
  const pooled = (openA + openB) / (a + b);
  const variance = pooled * (1 - pooled) * (1 / a + 1 / b);
  return variance > 0 ? (openA / a - openB / b) / Math.sqrt(variance) : 0;
}

/**
 * Every channel of every block, sorted by how well it separates two groups of images: the largest |z| comes
 * first, and equal ones keep the network's order.
 * @param gates per block u8 [N, C]
 * @param channels C of each block
 * @throws Error if a group is empty, or an image has no gates
 */
export function separation(
  gates: readonly Uint8Array[],
  channels: readonly number[],
  groupA: readonly number[],
  groupB: readonly number[],
): ChannelContrast[] {
  const images = (gates[0]?.length ?? 0) / (channels[0] ?? 1);
  const known = (group: readonly number[]) => group.length > 0 && group.every((n) => n >= 0 && n < images);
  if (!known(groupA) || !known(groupB)) {
    throw new Error(
      `separation: both groups must be of images 0 to ${images - 1} and not empty, got ${groupA.length} and ${groupB.length} images`,
    );
  }
  const contrasts = gates.flatMap((gate, block) => {
    const openA = openCounts(gate, channels[block]!, groupA);
    const openB = openCounts(gate, channels[block]!, groupB);
    return Array.from(openA, (open, channel): ChannelContrast => {
      const z = twoProportionZ(open, groupA.length, openB[channel]!, groupB.length);
      return { block, channel, rateA: open / groupA.length, rateB: openB[channel]! / groupB.length, z };
    });
  });
  return contrasts.sort((x, y) => Math.abs(y.z) - Math.abs(x.z));
}
