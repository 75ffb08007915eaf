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
export function withoutTensors(checkpoint: Checkpoint): Checkpoint {
  return { ...checkpoint, engine: { parameters: new Map(), buffers: new Map(), momenta: new Map() } };
}

/** Receives what is handed over; both messages go to the same thread. */
export interface CheckpointReceiver {
  /** @param buffers those of the tensors, which change hands */
  part(tensors: readonly TensorPart[], buffers: readonly ArrayBuffer[]): void;
  /** What is left of the checkpoint without its tensors: it is complete then. */
  rest(checkpoint: Checkpoint): void;
}

/** Hands one checkpoint over, a part at each call, so that the page can attend to other things in between. */
export class CheckpointHandOver {
  readonly #checkpoint: Checkpoint;
  readonly #receiver: CheckpointReceiver;
  readonly #parts: Generator<readonly TensorPart[]>;
  #done = false;

  /** @param partBytes of a part, at most, but for a tensor that is larger */
  constructor(checkpoint: Checkpoint, receiver: CheckpointReceiver, partBytes: number = PART_BYTES) {
    this.#checkpoint = checkpoint;
    this.#receiver = receiver;
    this.#parts = partsOf(checkpoint, partBytes);
  }

  /** The next part, or, when there is none left, the rest. Returns whether the checkpoint is handed over. */
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

  /** All that is left, at once: it takes as long as copying it does. */
  complete(): void {
    while (!this.next());
  }
}

/** Puts a checkpoint together again that was handed over. */
export class CheckpointAssembly {
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
