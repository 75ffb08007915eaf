import { type MapShape, padMap, quads, unpadMap } from '../../plan/maps.ts';
import type { Call } from '../../wasm/kernels.ts';
import { type MapAt, mapBytes } from '../../wasm/maps.ts';
import { type MatrixAt, matrixBytes, rowMomentsBytes } from '../../wasm/rows.ts';
import type { Machine, PoolPlaces } from '../../wasm/threads/places.ts';
import { FIRST_FREE, openPool } from '../../wasm/threads/pool.ts';
import type { FloatArray } from '../arrays.ts';
import { channelsFirst, channelsLast, imageSides, mapOf } from '../layout.ts';

/** Where single kernels are checked. */
export interface KernelMachine extends Machine {
  readonly places: PoolPlaces;
}

/**
 * A memory for the calls of one check, and the threads that do them. Places are laid out first; `run` opens
 * the memory. What is no input starts as NaN, so that a float that no kernel writes fails the check.
 */
export class KernelMemory {
  readonly #machine: KernelMachine;
  readonly #inputs: { readonly at: number; readonly data: ArrayBufferView }[] = [];
  #end = FIRST_FREE;
  #bytes: ArrayBufferLike | null = null;

  constructor(machine: KernelMachine) {
    this.#machine = machine;
  }

  /** The address of room for `bytes`. */
  room(bytes: number): number {
    const at = this.#end;
    this.#end = Math.ceil((at + bytes) / 64) * 64;
    return at;
  }

  /** The address of `data`. */
  input(data: ArrayBufferView): number {
    const at = this.room(data.byteLength);
    this.#inputs.push({ at, data });
    return at;
  }

  /** Images [N, C, H, W] with a border of zeros. */
  images(images: FloatArray, border: number): MapAt {
    const map = mapOf(images, border);
    return { ...map, at: this.input(padMap(map, channelsLast(images))) };
  }

  mapRoom(shape: MapShape): MapAt {
    return { ...shape, at: this.room(mapBytes(shape)) };
  }

  /** Rows [rows, columns]. */
  rows(values: Float32Array, columns: number): MatrixAt {
    const rows = values.length / columns;
    return { rows, columns, at: this.input(padMap(rowsShape(rows, columns), values)) };
  }

  rowsRoom(rows: number, columns: number): MatrixAt {
    return { rows, columns, at: this.room(matrixBytes({ rows, columns })) };
  }

  /** Two vectors [C], each in whole quads: γ and β, or a mean and a variance. */
  pair(first: Float32Array, second: Float32Array): number {
    return this.rows(Float32Array.of(...first, ...second), first.length).at;
  }

  pairRoom(channels: number): number {
    return this.room(rowMomentsBytes(channels));
  }

  /** Does calls one after the other, each on all threads. Comes once, when every place is laid out. */
  async run(...calls: readonly Call[]): Promise<void> {
    if (this.#bytes !== null) throw new Error('golden: a memory runs its calls once, got a second time');
    const pool = await openPool({ ...this.#machine, bytes: this.#end - FIRST_FREE });
    try {
      const { buffer } = pool.memory;
      new Float32Array(buffer, FIRST_FREE).fill(Number.NaN);
      for (const { at, data } of this.#inputs)
        new Uint8Array(buffer, at).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      pool.run(await pool.compile(calls));
      this.#bytes = buffer;
    } finally {
      pool.dispose();
    }
  }

  /** A copy of `count` floats, after `run`. */
  floats(at: number, count: number): Float32Array<ArrayBuffer> {
    if (this.#bytes === null) throw new Error('golden: a memory must have run before it is read');
    return Float32Array.from(new Float32Array(this.#bytes, at, count));
  }

  /** Images in the layout of `like`, [N, C, H, W]. */
  imageFloats(map: MapAt, like: Pick<FloatArray, 'shape'>): Float32Array {
    return channelsFirst(unpadMap(map, this.floats(map.at, mapBytes(map) / 4)), like);
  }

  rowFloats(matrix: MatrixAt): Float32Array {
    const shape = rowsShape(matrix.rows, matrix.columns);
    return unpadMap(shape, this.floats(matrix.at, matrixBytes(matrix) / 4));
  }

  pairFloats(at: number, channels: number): [first: Float32Array, second: Float32Array] {
    const both = this.rowFloats({ at, rows: 2, columns: channels });
    return [both.subarray(0, channels), both.subarray(channels)];
  }
}

/** Matrices [rows, columns] are maps of one pixel. */
export function rowsShape(rows: number, columns: number): MapShape {
  return { images: rows, height: 1, width: 1, channels: columns, border: 0 };
}

/** A weight [out, in], or a filter [out, in, kh, kw]. */
export function filterOf(weight: Pick<FloatArray, 'shape'>) {
  const [outputs, inputs, kernel] = imageSides(weight);
  return { outputs, inputs, kernel };
}

/** Bytes of the taps that a max-pool keeps of maps of this shape. */
export function tapsBytes({ images, height, width, channels }: MapShape): number {
  return 16 * images * height * width * quads(channels);
}
