import { z } from 'zod';
import { buildNetwork, type Network } from '../network/layers.ts';
import { gatedMacs, macsPerOpenChannel } from '../network/macs.ts';
import { parseVectors } from './arrays.ts';
import { exactRow, relativeRow } from './compare.ts';
import type { CheckRow } from './row.ts';

// Section d: multiply-adds of ResNet-18 on the three sizes of images, for several widths.

/**
 * Means over images and ratios are quotients of whole numbers, so only the last digits of a float64 may
 * differ.
 */
export const MACS_TOLERANCE = 1e-12;

/** How the authors build the network for a data set. */
const STEMS: Readonly<Record<string, { readonly stem: 'cifar' | 'imagenet'; readonly input: number }>> = {
  cifar10: { stem: 'cifar', input: 32 },
  cifar100: { stem: 'cifar', input: 32 },
  stl10: { stem: 'imagenet', input: 96 },
  imagenet100: { stem: 'imagenet', input: 224 },
};

const blockSchema = z.object({
  name: z.string(),
  h: z.number(),
  w: z.number(),
  inplanes: z.number(),
  planes: z.number(),
  conv1: z.number(),
  conv2: z.number(),
  downsample: z.number(),
  mask: z.number(),
  full: z.number(),
});

const netSchema = z.object({
  dataset: z.string(),
  input: z.number().int().positive(),
  width: z.number().int().positive(),
  stem: z.number(),
  blocks: z.array(blockSchema),
  flops_orig: z.number(),
  flops_mask: z.number(),
});

const maskSchema = z.object({
  dataset: z.string(),
  width: z.number().int().positive(),
  N: z.number().int().positive(),
  open_channels: z.array(z.array(z.number())),
  flops_conv_per_block_per_sample: z.array(z.array(z.number())),
  flops_mask: z.number(),
  flops_real: z.number(),
  flops_orig: z.number(),
  ratio: z.number(),
  reduction: z.number(),
});

const vectorsSchema = z.object({
  section: z.literal('d'),
  nets: z.array(netSchema).min(1),
  random_masks: z.array(maskSchema),
});

/**
 * Checks every table of section d. It needs no engine.
 * @throws Error when the vectors are not of the known schema or name an unknown data set
 */
export async function checkMacs(vectors: unknown): Promise<CheckRow[]> {
  const { nets, random_masks } = parseVectors('d (MACs)', vectorsSchema, vectors);
  return [...nets.flatMap(checkNet), ...random_masks.flatMap(checkMasks)];
}

function checkNet(expected: z.infer<typeof netSchema>): CheckRow[] {
  const network = networkOf(expected.dataset, expected.width, expected.input);
  const name = `d ${expected.dataset} width ${expected.width}`;
  const perBlock = network.blocks.flatMap(({ size, inChannels, channels, macs }) => [
    size,
    size,
    inChannels,
    channels,
    macs.conv1,
    macs.conv2,
    macs.downsample,
    macs.mask,
    macs.full,
  ]);
  const table = expected.blocks.flatMap((b) => [
    b.h,
    b.w,
    b.inplanes,
    b.planes,
    b.conv1,
    b.conv2,
    b.downsample,
    b.mask,
    b.full,
  ]);
  const misnamed = network.blocks.filter((block, l) => block.name !== expected.blocks[l]?.name).length;
  return [
    exactRow(`${name} blocks by name`, [misnamed], [0]),
    exactRow(`${name} table of blocks`, perBlock, table),
    exactRow(
      `${name} stem, gates and total`,
      [network.stem.macs, maskMacs(network), network.denseMacs],
      [expected.stem, expected.flops_mask, expected.flops_orig],
    ),
  ];
}

function checkMasks(expected: z.infer<typeof maskSchema>): CheckRow[] {
  const network = networkOf(expected.dataset, expected.width);
  const open = expected.open_channels;
  const perBlock = network.blocks.flatMap((block, l) =>
    (open[l] ?? []).map((count) => count * macsPerOpenChannel(block) + block.macs.downsample),
  );
  const mean = open.map((counts) => counts.reduce((sum, count) => sum + count, 0) / expected.N);
  const gated = gatedMacs(network, mean);
  const ratio = gated / network.denseMacs;
  const name = `d random masks, ${expected.dataset} width ${expected.width}`;
  return [
    exactRow(`${name}, per block and image`, perBlock, expected.flops_conv_per_block_per_sample.flat()),
    exactRow(
      `${name}, gates and dense total`,
      [maskMacs(network), network.denseMacs],
      [expected.flops_mask, expected.flops_orig],
    ),
    relativeRow(
      `${name}, gated total, ratio and reduction`,
      [gated / expected.flops_real, ratio / expected.ratio, (1 - ratio) / expected.reduction],
      [1, 1, 1],
      MACS_TOLERANCE,
    ),
  ];
}

function networkOf(dataset: string, width: number, input?: number): Network {
  const known = STEMS[dataset];
  if (known === undefined) {
    throw new Error(
      `golden vectors d (MACs): data set must be one of ${Object.keys(STEMS).join(', ')}, got ${dataset}`,
    );
  }
  return buildNetwork({
    input: input ?? known.input,
    width,
    stem: known.stem,
    stemPadding: 2,
    gated: true,
    bn: 'separate',
    projector: { hidden: 8, output: 8 },
  });
}

function maskMacs(network: Network): number {
  return network.blocks.reduce((sum, { macs }) => sum + macs.mask, 0);
}
