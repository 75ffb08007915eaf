import { z } from 'zod';
import { buildNetwork, type Network } from '../network/layers.ts';
import { gatedMacs, macsPerOpenChannel } from '../network/macs.ts';
import { type FloatArray, floatArray, parseVectors } from './arrays.ts';
import {
  exactRow,
  GRADIENT_TOLERANCE,
  LOSS_TOLERANCE,
  MEDIAN_TOLERANCE,
  type Pair,
  relativeRow,
  scalarRow,
  tensorRows,
} from './compare.ts';
import { MACS_TOLERANCE } from './macs.ts';
import type { CheckRow } from './row.ts';
import type { UnderTest } from './underTest.ts';

// Section c: the budget loss and the bound loss of given masks of the CIFAR network, [N, C] per block.

const lossRow = z.object({
  lbda: z.number(),
  gamma: z.number(),
  t_d: z.number(),
  p: z.number(),
  rloss: z.number(),
  bloss: z.number(),
  ratio: z.number(),
  drloss_dmask: z.array(z.number()),
  dbloss_dmask_on_off: z.array(z.tuple([z.number().nullable(), z.number().nullable()])),
});

const maskSet = z.object({
  kind: z.string(),
  masks: z.array(floatArray),
  density: z.array(z.number()),
  flops_conv_per_block_per_sample: z.array(z.array(z.number())),
  flops_real: z.number(),
  flops_orig: z.number(),
  rows: z.array(lossRow).min(1),
});
type MaskSet = z.infer<typeof maskSet>;

const vectorsSchema = z.object({
  section: z.literal('c'),
  width: z.number().int().positive(),
  sets: z.array(maskSet).min(1),
});

/**
 * Checks every set of section c.
 * @throws Error when the vectors are not of the known schema
 */
export async function checkSparsity(vectors: unknown, underTest: UnderTest): Promise<CheckRow[]> {
  const { width, sets } = parseVectors('c (sparsity)', vectorsSchema, vectors);
  const network = buildNetwork({
    input: 32,
    width,
    stem: 'cifar',
    stemPadding: 2,
    gated: true,
    bn: 'separate',
    projector: { hidden: 8, output: 8 },
  });
  const rows: CheckRow[] = [];
  for (const set of sets) rows.push(...countRows(network, set), ...(await lossRows(network, set, underTest)));
  return rows;
}

/** Rows for the MACs and the densities, which follow from the masks alone. */
function countRows(network: Network, set: MaskSet): CheckRow[] {
  const open = set.masks.map(openPerImage);
  const mean = open.map((counts) => counts.reduce((sum, count) => sum + count, 0) / counts.length);
  const perBlock = network.blocks.flatMap((block, l) =>
    open[l]!.map((count) => count * macsPerOpenChannel(block) + block.macs.downsample),
  );
  const name = `c ${set.kind}`;
  return [
    exactRow(`${name} MACs per block and image`, perBlock, set.flops_conv_per_block_per_sample.flat()),
    exactRow(`${name} dense MACs`, [network.denseMacs], [set.flops_orig]),
    relativeRow(`${name} gated MACs`, [gatedMacs(network, mean)], [set.flops_real], MACS_TOLERANCE),
    relativeRow(
      `${name} densities`,
      mean.map((count, l) => count / network.blocks[l]!.channels),
      set.density,
      MACS_TOLERANCE,
    ),
  ];
}

async function lossRows(network: Network, set: MaskSet, underTest: UnderTest): Promise<CheckRow[]> {
  const scalars: Record<string, readonly [number, number]> = {};
  const budgetGradients: Pair[] = [];
  const boundGradients: Pair[] = [];
  for (const expected of set.rows) {
    const got = await underTest.cost(network, set.masks, {
      budgetWeight: expected.lbda,
      boundWeight: expected.gamma,
      aim: expected.t_d,
      boundWidth: expected.p,
    });
    const at = `λ=${expected.lbda} γ=${expected.gamma} t_d=${expected.t_d} p=${expected.p}`;
    scalars[`rloss ${at}`] = [got.budget, expected.rloss];
    scalars[`bloss ${at}`] = [got.bound, expected.bloss];
    scalars[`ratio ${at}`] = [got.ratio, expected.ratio];
    set.masks.forEach((mask, l) => {
      const name = `block ${l}, ${at}`;
      const everywhere = new Float32Array(mask.values.length).fill(expected.drloss_dmask[l] ?? Number.NaN);
      budgetGradients.push({ name, got: got.budgetGradients[l]!, expected: everywhere });
      const [on, off] = expected.dbloss_dmask_on_off[l] ?? [null, null];
      const split = mask.values.map((value) => (value > 0.5 ? (on ?? Number.NaN) : (off ?? Number.NaN)));
      boundGradients.push({ name, got: got.boundGradients[l]!, expected: split });
    });
  }
  const tolerances = { each: GRADIENT_TOLERANCE, median: MEDIAN_TOLERANCE };
  const name = `c ${set.kind}`;
  return [
    scalarRow(`${name} losses`, scalars, LOSS_TOLERANCE),
    ...tensorRows(`${name} budget gradients`, budgetGradients, tolerances),
    ...tensorRows(`${name} bound gradients`, boundGradients, tolerances),
  ];
}

function openPerImage({ shape, values }: FloatArray): number[] {
  const [images, channels] = shape as [number, number];
  return Array.from({ length: images }, (_, n) =>
    values.subarray(n * channels, (n + 1) * channels).reduce((sum, value) => sum + Math.round(value), 0),
  );
}
