import type { Block } from '../network/layers.ts';
import { blockBn, branchBn } from '../network/parameters.ts';
import { type GateForward, type Gates, planGate, planGateGradient } from './gatePlan.ts';
import { type MapShape, mapSize, rowsShape } from './maps.ts';
import type { Span } from './memory.ts';
import {
  convolveFilterGradient,
  convolveNormed,
  imagesOf,
  type NormedConvolution,
  type StepContext,
} from './stepContext.ts';
import { type InputGradientTask, type Normed, pooledShape } from './tasks/mapTasks.ts';

// The encoder forward and backward, block by block (method §2). Maps that convolutions read have a border of
// zeros, of one pixel between blocks; the outputs of convolutions, which only BatchNorms read, have none. How
// gradients of blocks' outputs are bordered is the executor's choice (layout.ts).

interface ForwardConvolution extends Normed {
  readonly layer: NormedConvolution;
  readonly map: MapShape;
}

interface BlockForward {
  readonly block: Block;
  /** The block's input, bordered. */
  readonly x: Span;
  readonly input: MapShape;
  readonly conv1: ForwardConvolution;
  /** relu(bn1(conv1 x)) · gate, bordered. */
  readonly inner: Span;
  readonly conv2: ForwardConvolution;
  readonly shortcut: ForwardConvolution | null;
  readonly gate: GateForward | null;
  /** The block's output, bordered. */
  readonly output: Span;
}

interface StemForward {
  readonly conv: ForwardConvolution;
  /** relu(bn1(conv1)), bordered. */
  readonly activated: Span;
  /** Where each window of the max-pool found its maximum; null without one. */
  readonly pool: { readonly taps: Span; readonly pooled: MapShape } | null;
  /** What enters the first block, bordered. */
  readonly output: Span;
  readonly map: MapShape;
}

export interface EncoderForward {
  readonly stem: StemForward;
  readonly blocks: readonly BlockForward[];
  /** [P·N, F] */
  readonly features: Span;
}

/** Border of the images that enter the stem. */
export function imageBorder({ network: { spec } }: Pick<StepContext, 'network'>): number {
  return spec.stem === 'cifar' ? spec.stemPadding : 3;
}

/**
 * Records the encoder: images [P·N, S, S, 3], bordered by `imageBorder`, → features.
 * @param gates null for a network without gates
 */
export function planEncoder(context: StepContext, images: Span, gates: Gates | null): EncoderForward {
  const { memory, operations, network } = context;
  const stem = planStem(context, images);
  const blocks: BlockForward[] = [];
  let [x, input] = [stem.output, stem.map];
  network.blocks.forEach((_, index) => {
    const forward = planBlock(context, index, x, input, gates);
    if (context.mode === 'evaluation') giveBlock(context, forward);
    blocks.push(forward);
    x = forward.output;
    input = { ...forward.conv2.map, border: 1 };
  });
  const features = memory.take('features', mapSize(rowsShape(imagesOf(context), network.features)));
  operations.globalPool({ map: input, x, y: features, of: 'features' });
  if (context.mode === 'evaluation') memory.give(x);
  return { stem, blocks, features };
}

function planStem(context: StepContext, images: Span): StemForward {
  const { memory, operations, network, rows } = context;
  const { spec, stem } = network;
  const border = imageBorder(context);
  const cifar = spec.stem === 'cifar';
  const layer: NormedConvolution = {
    name: 'backbone.conv1',
    norms: context.branches.map((branch) => branchBn(network, 'backbone.bn1', branch)),
    x: images,
    input: { images: imagesOf(context), height: spec.input, width: spec.input, channels: 3, border },
    outputs: stem.channels,
    kernel: cifar ? 3 : 7,
    stride: cifar ? 1 : 2,
    padding: border,
  };
  const conv = { layer, ...convolveNormed(context, layer) };
  const map = { ...conv.map, border: 1 };
  const activated = memory.take('stem', mapSize(map));
  operations.activation({
    map,
    perPass: rows.images,
    x: conv.x,
    norm: conv.norm,
    y: activated,
    of: 'backbone.bn1',
  });
  if (context.mode === 'evaluation') giveAll(context, conv.x, conv.norm);
  if (cifar) return { conv, activated, pool: null, output: activated, map };
  const pooled = pooledShape(map);
  const output = memory.take('stem pooled', mapSize(pooled));
  const taps = memory.take('stem maxima', mapSize({ ...pooled, border: 0 }));
  operations.maxPool({ x: activated, map, y: output, taps, of: 'stem' });
  if (context.mode === 'evaluation') giveAll(context, activated, taps);
  return { conv, activated, pool: { taps, pooled }, output, map: pooled };
}

function planBlock(
  context: StepContext,
  index: number,
  x: Span,
  input: MapShape,
  gates: Gates | null,
): BlockForward {
  const { memory, operations, network, rows } = context;
  const block = network.blocks[index]!;
  const prefix = `backbone.${block.name}`;
  const bn = (place: 1 | 2) => context.branches.map((branch) => blockBn(network, block.name, place, branch));
  const normed = (layer: NormedConvolution): ForwardConvolution => ({
    layer,
    ...convolveNormed(context, layer),
  });
  const gate = gates === null ? null : planGate(context, index, x, input, gates);
  const conv1 = normed({
    name: `${prefix}.conv1`,
    norms: bn(1),
    x,
    input,
    outputs: block.channels,
    kernel: 3,
    stride: block.stride,
    padding: 1,
  });
  const map = { ...conv1.map, border: 1 };
  const inner = memory.take(`${prefix} inner`, mapSize(map));
  const common = { map, perPass: rows.images, of: prefix };
  operations.activation({ ...common, x: conv1.x, norm: conv1.norm, y: inner, gates: gates?.gates[index] });
  const conv2 = normed({
    name: `${prefix}.conv2`,
    norms: bn(2),
    x: inner,
    input: map,
    outputs: block.channels,
    kernel: 3,
    stride: 1,
    padding: 1,
    inputGates: gates?.gates[index],
  });
  const shortcut = block.downsample
    ? normed({
        name: `${prefix}.downsample.0`,
        norms: context.branches.map((branch) => branchBn(network, `${prefix}.downsample.1`, branch)),
        x,
        input,
        outputs: block.channels,
        kernel: 1,
        stride: block.stride,
        padding: 0,
      })
    : null;
  const output = memory.take(`${prefix} output`, mapSize(map));
  operations.activation({
    ...common,
    x: conv2.x,
    norm: conv2.norm,
    y: output,
    skip: shortcut
      ? { kind: 'convolution', map: shortcut.x, norm: shortcut.norm }
      : { kind: 'input', map: x },
  });
  return { block, x, input, conv1, inner, conv2, shortcut, gate, output };
}

/** Gives back every buffer that an evaluated block held, except its output. */
function giveBlock(context: StepContext, { x, conv1, conv2, shortcut, inner, gate }: BlockForward): void {
  giveAll(context, x, inner, conv1.x, conv1.norm, conv2.x, conv2.norm);
  if (shortcut) giveAll(context, shortcut.x, shortcut.norm);
  if (gate) giveAll(context, gate.pooled, gate.hidden, gate.rectified, gate.moments);
}

function giveAll({ memory }: StepContext, ...spans: Span[]): void {
  for (const span of spans) memory.give(span);
}

/** What the backward pass of gates needs. */
export interface GateBackward {
  readonly gates: Gates;
  /** Coefficients of the budget loss and the bound loss. */
  readonly coefficients: Span;
}

/**
 * Records the encoder's backward pass: every gradient of its parameters.
 * @param dFeatures gradient of the features, [P·N, F]
 */
export function planEncoderGradient(
  context: StepContext,
  { stem, blocks, features }: EncoderForward,
  dFeatures: Span,
  gates: GateBackward | null,
): void {
  const { memory, operations } = context;
  giveAll(context, features);
  const { gradientBorder } = operations.layout;
  const map = { ...blocks.at(-1)!.conv2.map, border: gradientBorder };
  let gradient = memory.take('output gradient', mapSize(map));
  operations.spread({ x: dFeatures, y: gradient, map, of: 'features' });
  for (const forward of blocks.toReversed()) gradient = planBlockGradient(context, forward, gradient, gates);
  planStemGradient(context, stem, gradient);
}

/**
 * Records a block's backward pass and gives back every buffer of its forward pass. Returns the input's
 * gradient.
 */
function planBlockGradient(
  context: StepContext,
  forward: BlockForward,
  outGradient: Span,
  gates: GateBackward | null,
): Span {
  const { memory, operations, state, rows } = context;
  const { block, input, conv1, inner, conv2, shortcut, gate, output } = forward;
  const of = `backbone.${block.name}`;
  const { gradientBorder } = operations.layout;
  const { map } = conv2;
  const bordered = { ...map, border: 1 };
  const take = (what: string, shape: MapShape) => memory.take(`${of} ${what}`, mapSize(shape));

  const d2 = take('conv2 gradient', bordered);
  const dShortcut = shortcut ? take('downsample gradient', bordered) : null;
  operations.mapGradient({
    ...state,
    map,
    gradient: outGradient,
    gradientBorder,
    main: conv2,
    dx: d2,
    relu: { kind: 'map', output },
    shortcut: shortcut && dShortcut ? { ...shortcut, dx: dShortcut } : undefined,
    of,
  });
  giveAll(context, conv2.x, conv2.norm, ...(shortcut ? [shortcut.x, shortcut.norm] : []));
  convolveFilterGradient(context, conv2.layer, d2);
  giveAll(context, inner);
  const dInner = take('inner gradient', map);
  inputGradient(context, conv2, { dy: d2, dx: dInner, dxBorder: 0 });
  giveAll(context, d2);

  const d1 = take('conv1 gradient', bordered);
  const dGate =
    gate && gates ? memory.take(`${of} gate gradient`, mapSize(rowsShape(map.images, map.channels))) : null;
  operations.mapGradient({
    ...state,
    map,
    gradient: dInner,
    gradientBorder: 0,
    main: conv1,
    dx: d1,
    relu: {
      kind: 'norm',
      gate: dGate && gates && gate ? { gates: gates.gates.gates[gate.index]!, gradient: dGate } : undefined,
    },
    of,
  });
  giveAll(context, dInner, conv1.x, conv1.norm);
  convolveFilterGradient(context, conv1.layer, d1);
  if (shortcut && dShortcut) convolveFilterGradient(context, shortcut.layer, dShortcut);

  const dPooled =
    gate && gates && dGate ? planGateGradient(context, gate, gates.gates, dGate, gates.coefficients) : null;
  if (dGate) giveAll(context, dGate);
  const first = rows.firstGated * rows.images;
  const pool = dPooled && { gradient: dPooled, from: first, to: first + rows.gatedPasses * rows.images };
  const dx = take('input gradient', { ...input, border: gradientBorder });
  const into = { dx, dxBorder: gradientBorder };
  inputGradient(context, conv1, {
    ...into,
    dy: d1,
    ...(pool ? { pool } : {}),
    ...(shortcut ? {} : { skip: { gradient: outGradient, output } }),
  });
  if (shortcut && dShortcut) {
    inputGradient(context, shortcut, { ...into, dy: dShortcut, add: true });
    giveAll(context, dShortcut);
  }
  giveAll(context, d1, outGradient, output, ...(dPooled ? [dPooled] : []));
  return dx;
}

/** Records the gradient of a convolution's input. */
function inputGradient(
  { operations }: StepContext,
  { layer }: ForwardConvolution,
  task: Pick<InputGradientTask, 'dy' | 'dx' | 'dxBorder' | 'skip' | 'pool'> & { readonly add?: boolean },
): void {
  operations.inputGradient({ add: false, ...layer, ...task, of: layer.name });
}

function planStemGradient(context: StepContext, stem: StemForward, gradient: Span): void {
  const { memory, operations, state } = context;
  const { conv, activated, pool } = stem;
  const { gradientBorder } = operations.layout;
  let dActivated = gradient;
  if (pool) {
    const map = { ...conv.map, border: gradientBorder };
    dActivated = memory.take('stem gradient', mapSize(map));
    operations.maxPoolGradient({ dy: gradient, taps: pool.taps, map, dx: dActivated, of: 'stem' });
    giveAll(context, gradient, pool.taps, stem.output);
  }
  const dConv = memory.take('stem conv gradient', mapSize({ ...conv.map, border: 1 }));
  operations.mapGradient({
    ...state,
    map: conv.map,
    gradient: dActivated,
    gradientBorder,
    main: conv,
    dx: dConv,
    relu: { kind: 'map', output: activated },
    of: 'backbone.bn1',
  });
  giveAll(context, dActivated, activated, conv.x, conv.norm);
  convolveFilterGradient(context, conv.layer, dConv);
  giveAll(context, dConv);
}
