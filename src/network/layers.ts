import type { SlimBranch } from '../metrics.ts';

/** The settings that decide a network's shapes. */
export interface NetworkSpec {
  /** Side of the square input image, pixels. */
  readonly input: number;
  /** Channels of the first stage, c0. */
  readonly width: number;
  /**
   * cifar: 3×3 stride 1, padding `stemPadding`. imagenet: 7×7 stride 2 padding 3, then 3×3 max-pool stride 2.
   */
  readonly stem: 'cifar' | 'imagenet';
  readonly stemPadding: number;
  /** Whether blocks have gates, and so the gated branch exists. */
  readonly gated: boolean;
  /** separate: bn1 and bn2 of each block exist once per branch; shared: once. */
  readonly bn: 'separate' | 'shared';
  readonly projector: { readonly hidden: number; readonly output: number };
  /** Narrow widths, each with its own BatchNorms in the whole encoder; none if missing. */
  readonly slim?: readonly SlimBranch[];
  /**
   * Whether narrow widths have only the first of the projector's hidden units too, with their own BatchNorms
   * there.
   */
  readonly slimProjector?: boolean;
  /** Fewest hidden units of a gate; 1 if missing. */
  readonly minBottleneck?: number;
}

/** Multiply-adds of one image through one block (method §3): BN, ReLU and pooling are not counted. */
export interface BlockMacs {
  readonly conv1: number;
  readonly conv2: number;
  readonly downsample: number;
  /** The gate's own two layers. They count for the gated branch, but not for the dense network. */
  readonly mask: number;
  /** conv1 + conv2 + downsample. */
  readonly full: number;
}

/** A BasicBlock: conv1 (stride), gate between conv1 and conv2, shortcut. */
export interface Block {
  /** The authors' name: layer1.0 … layer4.1. */
  readonly name: string;
  readonly inChannels: number;
  readonly channels: number;
  readonly stride: 1 | 2;
  /** Side of the output map, pixels. */
  readonly size: number;
  /**
   * Hidden units of the gate: inChannels / 4, rounded to a whole number, but at least the spec's
   * `minBottleneck`.
   */
  readonly bottleneck: number;
  /** Whether the shortcut is a 1×1 convolution with BN. */
  readonly downsample: boolean;
  readonly macs: BlockMacs;
}

export interface Network {
  readonly spec: NetworkSpec;
  readonly stem: { readonly channels: number; readonly size: number; readonly macs: number };
  readonly blocks: readonly Block[];
  /** Dimension of the pooled feature, 8·c0. */
  readonly features: number;
  /** MACs of one image through the dense network: the paper's 7.03E8 at width 64 on CIFAR. */
  readonly denseMacs: number;
  /** Smallest reachable MAC ratio, when every gate is closed. */
  readonly smallestRatio: number;
}

/** ResNet-18's layer table (method §2) at the spec's width. */
export function buildNetwork(spec: NetworkSpec): Network {
  if (!Number.isInteger(spec.width) || spec.width < 2) {
    // A single channel has no scale of its own behind a BatchNorm, so some of its weights could not learn.
    throw new Error(`network: width must be a whole number from 2 up, got ${spec.width}`);
  }
  const stem = buildStem(spec);
  const blocks: Block[] = [];
  let inChannels = spec.width;
  let size = stem.outputSize;
  for (let stage = 0; stage < 4; stage++) {
    const channels = spec.width * 2 ** stage;
    for (let index = 0; index < 2; index++) {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      size = convSize(size, 3, stride, 1);
      blocks.push(
        buildBlock(`layer${stage + 1}.${index}`, inChannels, channels, stride, size, spec.minBottleneck),
      );
      inChannels = channels;
    }
  }
  const full = blocks.reduce((sum, block) => sum + block.macs.full, 0);
  const fixed = blocks.reduce((sum, block) => sum + block.macs.downsample + block.macs.mask, 0);
  const denseMacs = stem.macs + full;
  return {
    spec,
    stem: { channels: spec.width, size: stem.size, macs: stem.macs },
    blocks,
    features: inChannels,
    denseMacs,
    smallestRatio: (stem.macs + fixed) / denseMacs,
  };
}

function buildStem(spec: NetworkSpec): { size: number; outputSize: number; macs: number } {
  if (spec.stem === 'cifar') {
    const size = convSize(spec.input, 3, 1, spec.stemPadding);
    return { size, outputSize: size, macs: 9 * size * size * spec.width * 3 };
  }
  const size = convSize(spec.input, 7, 2, 3);
  return { size, outputSize: convSize(size, 3, 2, 1), macs: 49 * size * size * spec.width * 3 };
}

function buildBlock(
  name: string,
  inChannels: number,
  channels: number,
  stride: 1 | 2,
  size: number,
  minBottleneck = 1,
): Block {
  const downsample = stride !== 1 || inChannels !== channels;
  const bottleneck = Math.max(minBottleneck, Math.floor(inChannels / 4));
  const pixels = size * size;
  const conv1 = 9 * pixels * channels * inChannels;
  const conv2 = 9 * pixels * channels * channels;
  const shortcut = downsample ? pixels * channels * inChannels : 0;
  return {
    name,
    inChannels,
    channels,
    stride,
    size,
    bottleneck,
    downsample,
    macs: {
      conv1,
      conv2,
      downsample: shortcut,
      mask: gateMacs(inChannels, bottleneck, channels),
      full: conv1 + conv2 + shortcut,
    },
  };
}

/** Multiply-adds of a gate's two layers for one image. */
export function gateMacs(inChannels: number, bottleneck: number, channels: number): number {
  return inChannels * bottleneck + bottleneck * channels;
}

function convSize(size: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((size + 2 * padding - kernel) / stride) + 1;
}
