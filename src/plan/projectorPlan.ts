import { branchBn } from '../network/parameters.ts';
import { mapSize, rowsShape } from './maps.ts';
import type { Span } from './memory.ts';
import { imagesOf, normSlices, parameterSlice, type StepContext } from './stepContext.ts';
import { momentsSize } from './tasks/rowTasks.ts';

// All passes share the projector (method §2): Linear–BN–ReLU–Linear–BN–ReLU–Linear on rows [P·N, …]. If it is
// slimmable, each narrow width has its own BatchNorms, whose outputs are 0 beyond its hidden units
// (weightsPlan.ts).

/** A linear layer with the BatchNorm and the ReLU that follow it. Neither follows the last layer. */
interface LayerForward {
  readonly index: number;
  readonly x: Span;
  readonly inputs: number;
  readonly outputs: number;
  /** The output of the linear layer, before the BatchNorm and the ReLU. */
  readonly y: Span;
  readonly normed: { readonly y: Span; readonly norms: readonly SharedNorm[] } | null;
}

/** A BatchNorm and the passes that use it, which are consecutive. */
interface SharedNorm {
  readonly name: string;
  readonly firstPass: number;
  readonly passes: number;
  readonly moments: Span;
}

export interface ProjectorForward {
  readonly layers: readonly LayerForward[];
  /** [P·N, D] */
  readonly embedding: Span;
}

/** Index of each linear layer in the authors' sequence. Its BatchNorm has the next index. */
const LINEARS = [0, 3, 6] as const;

/** Records features [P·N, F] → embedding [P·N, D]. */
export function planProjector(context: StepContext, features: Span): ProjectorForward {
  const { memory, operations, network, rows } = context;
  const { hidden, output } = network.spec.projector;
  const widths = [network.features, hidden, hidden, output];
  const take = (name: string, columns: number) =>
    memory.take(name, mapSize(rowsShape(imagesOf(context), columns)));
  const layers: LayerForward[] = [];
  let x = features;
  LINEARS.forEach((index, place) => {
    const [inputs, outputs] = [widths[place]!, widths[place + 1]!];
    const of = `projector.${index}`;
    const y = take(`${of} output`, outputs);
    const w = parameterSlice(context, `${of}.weight`);
    const bias = parameterSlice(context, `${of}.bias`);
    operations.linear({ x, w, y, bias, rows: imagesOf(context), inputs, outputs, of });
    let normed: LayerForward['normed'] = null;
    if (place < 2) {
      const rectified = take(`${of} rectified`, outputs);
      const norms = sharedNorms(context, `projector.${index + 1}`, outputs);
      for (const { name, ...norm } of norms) {
        const { affine, running } = normSlices(context, name);
        const task = { ...norm, x: y, y: rectified, affine, running };
        operations.rowNorm({ ...task, rows: rows.images, channels: outputs, of: name });
      }
      normed = { y: rectified, norms };
    }
    layers.push({ index, x, inputs, outputs, y, normed });
    x = normed?.y ?? y;
  });
  return { layers, embedding: x };
}

/** The BatchNorms of a layer with `channels`, one for each run of passes that share it. */
function sharedNorms(
  { memory, network, branches }: StepContext,
  layer: string,
  channels: number,
): SharedNorm[] {
  const names = branches.map((branch) => branchBn(network, layer, branch));
  const starts = names.flatMap((name, pass) => (name === names[pass - 1] ? [] : [pass]));
  return starts.map((firstPass, i) => {
    const passes = (starts[i + 1] ?? names.length) - firstPass;
    const name = names[firstPass]!;
    return {
      name,
      firstPass,
      passes,
      moments: memory.take(`${name} moments`, momentsSize(channels, passes)),
    };
  });
}

/**
 * Records the projector's gradients and gives back the buffers of its forward pass, except the features.
 * @param dEmbedding [P·N, D]; given back
 * @returns gradient of the features; the caller gives it back
 */
export function planProjectorGradient(
  context: StepContext,
  { layers }: ProjectorForward,
  dEmbedding: Span,
): Span {
  const { memory, operations, rows } = context;
  const m = imagesOf(context);
  let dy = dEmbedding;
  for (const { index, x, inputs, outputs, y, normed } of layers.toReversed()) {
    const of = `projector.${index}`;
    if (normed) {
      const dx = memory.take(`${of} gradient`, mapSize(rowsShape(m, outputs)));
      for (const { name, ...norm } of normed.norms) {
        const { affine, gradient } = normSlices(context, name);
        const task = { ...norm, dy, x: y, y: normed.y, dx, affine, gradient };
        operations.rowNormGradient({ ...task, rows: rows.images, channels: outputs, of: name });
        memory.give(norm.moments);
      }
      for (const span of [dy, normed.y]) memory.give(span);
      dy = dx;
    }
    const dx = memory.take(`${of} input gradient`, mapSize(rowsShape(m, inputs)));
    const [w, dw, dBias] = [
      parameterSlice(context, `${of}.weight`),
      parameterSlice(context, `${of}.weight`, 'gradients'),
      parameterSlice(context, `${of}.bias`, 'gradients'),
    ];
    operations.linearGradient({ x, w, dy, dw, dBias, dx, rows: m, inputs, outputs, of });
    memory.give(dy);
    memory.give(y);
    dy = dx;
  }
  return dy;
}
