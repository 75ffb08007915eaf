import type { ObjectiveSettings } from '../engine.ts';
import type { Block } from '../network/layers.ts';
import { type MapShape, mapSize, quads, rowsShape } from './maps.ts';
import type { Span } from './memory.ts';
import { imagesOf, normSlices, parameterSlice, type StepContext, withScratch } from './stepContext.ts';
import { normSize } from './tasks/mapTasks.ts';
import { momentsSize } from './tasks/rowTasks.ts';

// The gate of a block (method §2) reads the block's input: pool → linear → BatchNorm → ReLU → linear →
// sample. Only rows of gated passes are computed; in dense passes every gate is 1.

/** The gates of all blocks, and what samples them. */
export interface Gates {
  /** Per block, [P·N, C]. */
  readonly gates: readonly Span[];
  /** Per block, [P·N, C]. Nobody reads the slopes of an evaluation. */
  readonly slopes: readonly Span[];
  readonly logits: readonly Span[];
  /** Noise is drawn by the step's seeds, or given: logistic noise per block, [P·N, C]. */
  readonly noise: { readonly step: Span } | { readonly given: readonly Span[] };
  readonly temperature: ObjectiveSettings['temperature'];
}

/** What the gate's gradient needs from its forward pass. */
export interface GateForward {
  readonly index: number;
  readonly pooled: Span;
  readonly hidden: Span;
  readonly rectified: Span;
  readonly moments: Span;
}

const layerOf = (block: Block) => `backbone.${block.name}.mask_c.atten_c`;

/** The rows for which gates are computed. The gated passes are the first ones, or the only ones. */
function gatedRows({ rows }: StepContext): { rows: number; firstRow: number } {
  return { rows: rows.gatedPasses * rows.images, firstRow: rows.firstGated * rows.images };
}

/** Records a gate in training or evaluation. */
export function planGate(
  context: StepContext,
  index: number,
  x: Span,
  map: MapShape,
  all: Gates,
): GateForward {
  const { memory, operations, rows, network } = context;
  const block = network.blocks[index]!;
  const { inChannels, bottleneck, channels } = block;
  const layer = layerOf(block);
  const images = imagesOf(context);
  const rowsOf = (what: string, columns: number) =>
    memory.take(`${layer} ${what}`, mapSize(rowsShape(images, columns)));
  const pooled = rowsOf('pooled', inChannels);
  const hidden = rowsOf('hidden', bottleneck);
  const rectified = rowsOf('rectified', bottleneck);
  const moments = memory.take(`${layer} moments`, momentsSize(bottleneck, rows.passes));
  const common = { ...gatedRows(context), of: layer };
  const weight = (place: 0 | 3) => parameterSlice(context, `${layer}.${place}.weight`);
  if (rows.gatedPasses > 0) {
    const seen = (rows.firstGated + rows.gatedPasses) * rows.images;
    operations.globalPool({ map: { ...map, images: seen }, x, y: pooled, of: layer });
    const outer = { ...common, inputs: inChannels, outputs: bottleneck };
    operations.linear({ ...outer, x: pooled, w: weight(0), y: hidden });
    planHiddenNorm(context, layer, bottleneck, { hidden, rectified, moments });
    const inner = { ...common, inputs: bottleneck, outputs: channels };
    operations.linear({ ...inner, x: rectified, w: weight(3), y: all.logits[index]! });
  }
  operations.gateSample({
    ...rows,
    logits: all.logits[index]!,
    gates: all.gates[index]!,
    slopes: all.slopes[index]!,
    noise: 'step' in all.noise ? all.noise : { given: all.noise.given[index]! },
    channels,
    counter: rows.images * network.blocks.slice(0, index).reduce((sum, { channels: c }) => sum + c, 0),
    temperature: all.temperature,
    of: layer,
  });
  return { index, pooled, hidden, rectified, moments };
}

function planHiddenNorm(
  context: StepContext,
  layer: string,
  bottleneck: number,
  { hidden, rectified, moments }: { hidden: Span; rectified: Span; moments: Span },
): void {
  const { rows, operations, state, weights } = context;
  if (context.mode === 'training') {
    const { affine, running } = normSlices(context, `${layer}.1`);
    operations.rowNorm({
      x: hidden,
      y: rectified,
      affine,
      running,
      moments,
      rows: rows.images,
      passes: rows.gatedPasses,
      firstPass: rows.firstGated,
      channels: bottleneck,
      of: layer,
    });
    return;
  }
  withScratch(context, { norm: normSize(bottleneck, rows.passes) }, ({ norm }) => {
    const { affine, running } = weights.norm(`${layer}.1`);
    const place = { affine: affine.offset, running: running.offset };
    operations.runningNorm({
      channels: bottleneck,
      passes: rows.passes,
      place,
      ...state,
      norm,
      of: layer,
    });
    operations.activation({
      map: rowsShape(imagesOf(context), bottleneck),
      perPass: rows.images,
      x: hidden,
      norm,
      y: rectified,
      of: layer,
    });
  });
}

/**
 * Records the gradients of a gate's weights and of its pooled input.
 * @param dGate gradient of the gates, [P·N, C]
 * @param coefficients of the budget and bound losses
 * @returns gradient of the pooled input, [P·N, inChannels], rows of gated passes; the caller gives it back
 */
export function planGateGradient(
  context: StepContext,
  forward: GateForward,
  all: Gates,
  dGate: Span,
  coefficients: Span,
): Span {
  const { memory, operations, rows, network } = context;
  const { index, pooled, hidden, rectified, moments } = forward;
  const block = network.blocks[index]!;
  const { inChannels, bottleneck, channels } = block;
  const layer = layerOf(block);
  const images = imagesOf(context);
  const common = { ...gatedRows(context), of: layer };
  const dPooled = memory.take(`${layer} pooled gradient`, mapSize(rowsShape(images, inChannels)));
  const bottleneckRows = images * 4 * quads(bottleneck);
  const sizes = {
    dLogits: mapSize(rowsShape(images, channels)),
    dRectified: bottleneckRows,
    dHidden: bottleneckRows,
  };
  withScratch(context, sizes, ({ dLogits, dRectified, dHidden }) => {
    const weightOf = (place: 0 | 3) => ({
      w: parameterSlice(context, `${layer}.${place}.weight`),
      dw: parameterSlice(context, `${layer}.${place}.weight`, 'gradients'),
    });
    const { affine, gradient } = normSlices(context, `${layer}.1`);
    operations.gateGradient({
      ...rows,
      dGate,
      gates: all.gates[index]!,
      slopes: all.slopes[index]!,
      coefficients,
      dLogits,
      channels,
      block: index,
      blocks: network.blocks.length,
      of: layer,
    });
    operations.linearGradient({
      ...common,
      ...weightOf(3),
      inputs: bottleneck,
      outputs: channels,
      x: rectified,
      dy: dLogits,
      dx: dRectified,
    });
    operations.rowNormGradient({
      dy: dRectified,
      x: hidden,
      y: rectified,
      dx: dHidden,
      affine,
      moments,
      gradient,
      rows: rows.images,
      passes: rows.gatedPasses,
      firstPass: rows.firstGated,
      channels: bottleneck,
      of: layer,
    });
    operations.linearGradient({
      ...common,
      ...weightOf(0),
      inputs: inChannels,
      outputs: bottleneck,
      x: pooled,
      dy: dHidden,
      dx: dPooled,
    });
  });
  for (const span of [pooled, hidden, rectified, moments]) memory.give(span);
  return dPooled;
}
