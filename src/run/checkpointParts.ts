import type { EngineState } from '../engine.ts';
import type { Checkpoint } from './checkpoint.ts';

// Handing a checkpoint to another thread copies it, and the page halts meanwhile: half a second for 240 MB. So its
// tensors go in parts, each a copy that changes hands, and what is left of it goes last.

/** Bytes that are copied in a few milliseconds. */
export const PART_BYTES = 4 << 20;

/** One tensor of a checkpoint. */
export interface TensorPart {
  readonly of: keyof EngineState;
  readonly name: string;
  readonly values: Float32Array<ArrayBuffer>;
}

const KINDS = ['parameters', 'buffers', 'momenta'] as const;

/** Bytes of a checkpoint's tensors. */
export function tensorBytes({ engine }: Checkpoint): number {
  return KINDS.flatMap((of) => [...engine[of].values()]).reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/**
 * Copies of a checkpoint's tensors, in order, a few at a time.
 * @param most bytes of a part, but for a tensor that is larger
 */
export function* partsOf({ engine }: Checkpoint, most: number): Generator<readonly TensorPart[]> {
  let part: TensorPart[] = [];
  let bytes = 0;
  for (const of of KINDS)
    for (const [name, values] of engine[of]) {
      if (bytes > 0 && bytes + values.byteLength > most) {
        yield part;
        [part, bytes] = [[], 0];
      }
      part.push({ of, name, values: values.slice() });
      bytes += values.byteLength;
    }
  if (part.length > 0) yield part;
}

/** A checkpoint without its tensors. */
export function hollow(checkpoint: Checkpoint): Checkpoint {
  return { ...checkpoint, engine: { parameters: new Map(), buffers: new Map(), momenta: new Map() } };
}

/** Puts a checkpoint together again. */
export class Assembly {
  #tensors: TensorPart[] = [];

  add(part: readonly TensorPart[]): void {
    this.#tensors.push(...part);
  }

  /** The checkpoint whose parts came; the next one begins. */
  whole(checkpoint: Checkpoint): Checkpoint {
    const tensors = this.#tensors;
    this.#tensors = [];
    const named = (kind: keyof EngineState) =>
      new Map(tensors.filter(({ of }) => of === kind).map(({ name, values }) => [name, values]));
    return {
      ...checkpoint,
      engine: { parameters: named('parameters'), buffers: named('buffers'), momenta: named('momenta') },
    };
  }
}
