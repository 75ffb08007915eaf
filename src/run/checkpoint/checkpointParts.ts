import type { EngineState } from '../../engine.ts';
import type { Checkpoint } from './checkpoint.ts';

// To hand a checkpoint to another thread, it is copied, and the page halts meanwhile: half a second for 240
// MB. The tensors therefore go in parts. Each part is a copy that is transferred. The rest of the checkpoint
// goes last.

/** Bytes of a part. They are copied in a few milliseconds. */
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
 * @param most bytes of a part at most; a larger tensor is a part of its own
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
export function withoutTensors(checkpoint: Checkpoint): Checkpoint {
  return { ...checkpoint, engine: { parameters: new Map(), buffers: new Map(), momenta: new Map() } };
}

/** Receives the parts and the rest of a checkpoint. Both go to the same thread. */
export interface CheckpointReceiver {
  /** @param buffers the buffers of the tensors, to be transferred */
  part(tensors: readonly TensorPart[], buffers: readonly ArrayBuffer[]): void;
  /** Receives the checkpoint without its tensors. The checkpoint is then complete. */
  rest(checkpoint: Checkpoint): void;
}

/** Hands one checkpoint over, one part for each call, so that the page can do other work in between. */
export class CheckpointHandOver {
  readonly #checkpoint: Checkpoint;
  readonly #receiver: CheckpointReceiver;
  readonly #parts: Generator<readonly TensorPart[]>;
  #done = false;

  /** @param partBytes bytes of a part at most; a larger tensor is a part of its own */
  constructor(checkpoint: Checkpoint, receiver: CheckpointReceiver, partBytes: number = PART_BYTES) {
    this.#checkpoint = checkpoint;
    this.#receiver = receiver;
    this.#parts = partsOf(checkpoint, partBytes);
  }

  /**
   * Hands over the next part, or the rest when no part is left. Returns whether the checkpoint is handed
   * over.
   */
  next(): boolean {
    if (this.#done) return true;
    const { done, value } = this.#parts.next();
    if (done) this.#receiver.rest(withoutTensors(this.#checkpoint));
    else
      this.#receiver.part(
        value,
        value.map(({ values }) => values.buffer),
      );
    this.#done = done ?? false;
    return this.#done;
  }

  /** Hands over all that is left, at once. This takes as long as copying it. */
  complete(): void {
    while (!this.next());
  }
}

/** Joins the parts of a checkpoint that was handed over. */
export class CheckpointAssembly {
  #tensors: TensorPart[] = [];

  add(part: readonly TensorPart[]): void {
    this.#tensors.push(...part);
  }

  /**
   * The complete checkpoint, made of this rest and the parts before it. The next part begins another
   * checkpoint.
   */
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
