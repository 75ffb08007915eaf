import { type MapShape, padMap, unpadMap } from '../plan/maps.ts';
import { hashedUniform } from '../random.ts';
import { allowRelaxedSimd, builtKernels } from './build.ts';
import { BUILDS, type Build } from './builds.ts';
import { type Call, type Kernels, openKernels } from './kernels.ts';
import { type MapAt, mapBytes } from './maps.ts';

/** A memory that tests lay out, with kernels that compute in it. What is free and nobody wrote is NaN. */
export class Bench {
  readonly kernels: Kernels;
  readonly #memory: WebAssembly.Memory;
  #end: number;

  private constructor(kernels: Kernels, memory: WebAssembly.Memory) {
    this.kernels = kernels;
    this.#memory = memory;
    this.#end = kernels.firstFree;
  }

  static async open(build: Build, pages = 32): Promise<Bench> {
    allowRelaxedSimd();
    const memory = new WebAssembly.Memory({ initial: pages });
    const bench = new Bench(await openKernels(await builtKernels(build), memory), memory);
    bench.clear();
    return bench;
  }

  /** Forgets everything that was placed. */
  clear(): void {
    this.#end = this.kernels.firstFree;
    new Float32Array(this.#memory.buffer, this.#end).fill(Number.NaN);
  }

  /** Room for `bytes`, with poison before and behind it. Returns its address. */
  room(bytes: number): number {
    const at = this.#end;
    this.#end = Math.ceil((at + bytes) / 16) * 16 + 64;
    if (this.#end > this.#memory.buffer.byteLength) throw new Error(`bench: ${this.#end} bytes are too many`);
    return at;
  }

  /** Places numbers and returns their address. */
  place({ buffer, byteOffset, byteLength }: ArrayBufferView): number {
    const at = this.room(byteLength);
    new Uint8Array(this.#memory.buffer, at).set(new Uint8Array(buffer, byteOffset, byteLength));
    return at;
  }

  /** Room for a map. */
  mapRoom(shape: MapShape): MapAt {
    return { ...shape, at: this.room(mapBytes(shape)) };
  }

  /** Places a map's [N, H, W, C]. Its border is `border`. */
  placeMap(shape: MapShape, values: Float32Array, border = 0): MapAt {
    return { ...shape, at: this.place(padMap(shape, values, border)) };
  }

  /** The [N, H, W, C] of a map. */
  readMap(map: MapAt): Float32Array<ArrayBuffer> {
    return unpadMap(map, this.read(map.at, mapBytes(map)));
  }

  /** A copy of `bytes` from an address on. */
  read(at: number, bytes: number): Float32Array<ArrayBuffer> {
    return Float32Array.from(new Float32Array(this.#memory.buffer, at, bytes / 4));
  }

  /** How many floats are not NaN: a kernel that writes where it must not raises it. */
  written(): number {
    let count = 0;
    for (const value of new Float32Array(this.#memory.buffer)) if (!Number.isNaN(value)) count++;
    return count;
  }

  /** Does calls whole, one after the other. */
  run(...calls: readonly Call[]): void {
    for (const call of calls) this.kernels.run(call);
  }

  /** Does each call in parts, as so many threads would, the last part first. */
  runSplit(parts: number, ...calls: readonly Call[]): void {
    for (const call of calls) {
      for (let part = parts - 1; part >= 0; part--) {
        const bound = (of: number) => Math.floor((of * call.units) / parts);
        this.kernels.run(call, bound(part), bound(part + 1));
      }
    }
  }
}

/** The builds that compute in a memory of their own, by name. threads.test.ts holds the others to them. */
export const OWN_BUILDS = BUILDS.filter(({ shared }) => !shared).map((build): [string, Build] => [
  build.fused ? 'fused' : 'plain',
  build,
]);

/** Numbers within ±½ that look drawn, the same for the same seed. */
export function drawn(count: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, i) => hashedUniform(seed, i) - 0.5);
}

/** The largest difference, measured by the largest value of what it should be. */
export function worst(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (got.length !== wanted.length) return Number.POSITIVE_INFINITY;
  const scale = Array.from(wanted).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  let most = 0;
  for (let i = 0; i < wanted.length; i++) {
    const off = Math.abs(got[i]! - wanted[i]!) / scale;
    if (!(off <= most)) most = Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
  }
  return most;
}
