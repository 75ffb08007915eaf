import { type DescendTask, type DescendTensor, PARTS } from '../../../plan/tasks/lossTasks.ts';
import { type Dispatch, dispatch, floatBits, kernel, linear, type Span } from '../kernel.ts';
import { STEP_STRUCT } from '../stepStruct.ts';
import source from './descend.wgsl?raw';
import normsSource from './tensorNorms.wgsl?raw';
import scalesSource from './tensorScales.wgsl?raw';

/** Floats of a chunk: the work of one workgroup. */
const CHUNK = 4096;

/** Where the squared norms of the gradients of a step's parts go: the last quad of its slot. */
export interface NormsRing {
  readonly ring: Span;
  readonly slots: number;
  /** Quads of a slot. */
  readonly quads: number;
}

export interface Descend extends Omit<DescendTask, 'ring' | 'slots'> {
  /** Holds descendTable(tensors). */
  readonly table: Span;
  /** descendScratch(tensors) floats. */
  readonly scratch: Span;
  readonly norms: NormsRing;
}

/**
 * What the kernels need to know about the tensors, in rows of 4 words. Each chunk has its first quad, its
 * number of quads, its tensor and the part of the network that this belongs to. Then each tensor has its
 * first chunk, its number of chunks, its number of axes and its weight decay.
 * @throws Error when a tensor is not in whole quads
 */
export function descendTable(tensors: readonly DescendTensor[]): Uint32Array<ArrayBuffer> {
  const chunkRows: number[][] = [];
  const tensorRows = tensors.map(({ offset, length, axes, weightDecay, part }, tensor) => {
    if (offset % 4 !== 0 || length % 4 !== 0)
      throw new Error(`descend: tensors must be in whole quads, got ${length} floats at ${offset}`);
    const first = chunkRows.length;
    for (let at = 0; at < length; at += CHUNK) {
      chunkRows.push([(offset + at) / 4, Math.min(CHUNK, length - at) / 4, tensor, PARTS.indexOf(part)]);
    }
    return [first, chunkRows.length - first, axes, floatBits(weightDecay)];
  });
  return Uint32Array.from([...chunkRows, ...tensorRows].flat());
}

/** Floats of scratch: a pair for each chunk, and two for each tensor. */
export function descendScratch(tensors: readonly DescendTensor[]): number {
  return 2 * (chunksOf(tensors) + 2 * tensors.length);
}

function chunksOf(tensors: readonly DescendTensor[]): number {
  return tensors.reduce((sum, { length }) => sum + Math.ceil(length / CHUNK), 0);
}

/**
 * One step of LARS-wrapped SGD with momentum for all tensors (method §5, method/optimizer.ts). It changes
 * nothing if the total loss is not finite. The norms of the gradients by parts of the network cost no
 * dispatch of their own: the sums that LARS needs are added up beside the update. Norms below 1e-19 count as
 * 0, because float32 cannot hold their squares.
 */
export function descendDispatches(descend: Descend): Dispatch[] {
  const { parameters, gradients, momenta, tensors, optimizer, table, scratch, step, total } = descend;
  const { ring, slots, quads } = descend.norms;
  const chunks = chunksOf(tensors);
  const { lars, momentum } = optimizer;
  const sums = dispatch({
    kernel: kernel('tensorNorms', normsSource),
    of: 'optimiser',
    shape: { chunks },
    buffers: [table, parameters, gradients, scratch],
    workgroups: linear(chunks, 1),
  });
  const scales = dispatch({
    kernel: kernel('tensorScales', STEP_STRUCT + scalesSource),
    of: 'optimiser',
    shape: {
      chunks,
      tensors: tensors.length,
      lars: Number(lars !== null),
      clip: Number(lars?.clip ?? false),
      exclude1d: Number(lars?.exclude1d ?? false),
      eta: lars?.eta ?? 0,
    },
    buffers: [table, step, scratch],
    workgroups: linear(tensors.length, 1),
  });
  const update = dispatch({
    kernel: kernel('descend', STEP_STRUCT + source),
    of: 'optimiser',
    shape: { chunks, tensors: tensors.length, slots, slot: quads, momentum },
    buffers: [table, gradients, parameters, momenta, scratch, step, total, ring],
    workgroups: linear(chunks, 1),
  });
  return [sums, scales, update];
}
