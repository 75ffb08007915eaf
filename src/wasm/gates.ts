import { quads } from '../plan/maps.ts';
import type { PassRows } from '../plan/tasks/gateTasks.ts';
import type { Call } from './kernels.ts';

// Gates, their budget, and the gradient through them, as calls of kernels. Addresses are bytes. Matrices are
// [passes · images, channels in whole quads].

export interface GateSample extends PassRows {
  readonly logits: number;
  /** Overwritten, as the slopes. */
  readonly gates: number;
  readonly slopes: number;
  /** Logistic noise as the logits lie, or the step (plan/stepScalars.ts) whose seeds it is drawn by. */
  readonly noise: { readonly given: number } | { readonly step: number };
  readonly channels: number;
  /** Draws of one pass before this block: N · channels of the earlier blocks (network/gateNoise.ts). */
  readonly counter: number;
  /** τ */
  readonly temperature: number;
}

/** Samples the gates of one block in training (method §2), open where logit + noise ≥ 0. */
export function gateSample(task: GateSample): Call {
  const { images, passes, firstGated, gatedPasses, noise, channels, counter, temperature } = task;
  return {
    kernel: 'gateSample',
    units: passes * images,
    numbers: [
      ...[task.logits, task.gates, task.slopes],
      ...('given' in noise ? [noise.given, 0] : [0, noise.step]),
      ...[channels, quads(channels), images, firstGated, firstGated + gatedPasses, counter, temperature],
    ],
  };
}

export interface GateGradient extends PassRows {
  readonly dGates: number;
  readonly gates: number;
  readonly slopes: number;
  /** Rows of gated passes are overwritten. */
  readonly dLogits: number;
  /** From `budget`. */
  readonly coefficients: number;
  readonly channels: number;
  readonly block: number;
  readonly blocks: number;
}

/** The straight-through gradient of the logits of one block. */
export function gateGradient(task: GateGradient): Call {
  const { dGates, gates, slopes, dLogits, coefficients, channels, block, blocks, images } = task;
  const first = task.firstGated * images * 16 * quads(channels);
  return {
    kernel: 'gateGradient',
    units: task.gatedPasses * images,
    numbers: [
      ...[dGates, gates, slopes, dLogits].map((at) => at + first),
      ...[quads(channels), images, coefficients + 8 * block, 8 * blocks],
    ],
  };
}

/** A block's gates, and what they cost. */
export interface GatedBlock {
  /** Address of [passes · images, channels]. */
  readonly gates: number;
  readonly channels: number;
  /** network/macs.ts */
  readonly macsPerOpenChannel: number;
}

export interface Budget extends PassRows {
  readonly blocks: readonly GatedBlock[];
  /** Address of `budgetTable`. */
  readonly table: number;
  /** MACs that the gated branch spends whatever its gates say (network/macs.ts). */
  readonly fixedMacs: number;
  readonly denseMacs: number;
  readonly budgetWeight: number;
  readonly boundWeight: number;
  /** Share of each gated pass in the losses: 1 sums them, 1/gatedPasses averages them. */
  readonly share: number;
  /** plan/stepScalars.ts: t_d and p. */
  readonly step: number;
  /** Scratch, 4 bytes for each block of each gated pass. */
  readonly counts: number;
  /** 8 bytes for each block of each gated pass: what is added to every gate's gradient, and to open ones'. */
  readonly coefficients: number;
  /** 4 floats: budget + bound loss, budget loss, bound loss, mean MAC ratio of the gated passes. */
  readonly terms: number;
}

/** What `budget` reads of its blocks: channels, and the share of dense MACs of one open channel. */
export function budgetTable({
  blocks,
  denseMacs,
}: {
  readonly blocks: readonly Omit<GatedBlock, 'gates'>[];
  readonly denseMacs: number;
}): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    blocks.flatMap(({ channels, macsPerOpenChannel }) => [channels, macsPerOpenChannel / denseMacs]),
  );
}

/** Budget loss and bound loss of the gates (method §3), with their gradients. */
export function budget(task: Budget): Call[] {
  const { blocks, images, firstGated, gatedPasses, counts, share } = task;
  return [
    ...blocks.map(
      ({ gates, channels }, block): Call => ({
        kernel: 'gateCounts',
        units: gatedPasses,
        numbers: [
          gates + firstGated * images * 16 * quads(channels),
          counts + 4 * block,
          ...[quads(channels), images, 4 * blocks.length],
        ],
      }),
    ),
    {
      kernel: 'budget',
      units: 1,
      numbers: [
        ...[task.table, blocks.length, counts, task.coefficients, task.terms, task.step, images, gatedPasses],
        ...[task.fixedMacs / task.denseMacs, task.budgetWeight * share, task.boundWeight * share],
      ],
    },
  ];
}
