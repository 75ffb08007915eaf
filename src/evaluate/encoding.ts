import type { Dataset } from '../data/images/dataset.ts';
import type { Engine } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import { branchFeatures } from '../network/slim.ts';
import { movedRows, pickImages, placesOf, storedRows } from './sample.ts';

/** Images of one forward pass in evaluation. So many are allowed if the stem's map has at most this side. */
const CHUNK = { images: 100, side: 34 } as const;

/**
 * Images of one forward pass in evaluation. For large images it is fewer (50 of 96 pixels), so that memory
 * does not grow.
 */
export function chunkOf({ stem }: Pick<Network, 'stem'>): number {
  return Math.max(1, Math.floor(CHUNK.images * Math.min(1, (CHUNK.side / stem.size) ** 2)));
}

/** The part of an engine that an evaluation needs. */
export type Encoder = Pick<Engine, 'encode'>;

/** The error for a branch whose features are no longer finite, because its run diverged. */
export class FeatureFault extends Error {
  override readonly name = 'FeatureFault';

  constructor(readonly branch: Branch) {
    super(
      `The ${branch} branch’s features are not finite numbers: its weights are those of a run that diverged.`,
    );
  }
}

/** A branch's outputs for a set of images. */
export interface EncodedSet {
  /** Eval-mode features, f32 [count, F of the branch]. */
  readonly features: Float32Array;
  /** Hard gates, per block u8 [count, C]; only the gated branch has some. */
  readonly gates: readonly Uint8Array[];
}

/**
 * Encodes all images of a set.
 * @param advance called with the number of images after each piece of work; may wait or throw
 * @throws FeatureFault if a feature is not a finite number
 */
export async function encodeAll(
  engine: Encoder,
  network: Network,
  images: Dataset,
  branch: Branch,
  advance: (images: number) => Promise<void>,
): Promise<EncodedSet> {
  const { count } = images;
  const all = new EncodedSample(network, images, storedRows(count), count);
  await all.encode(engine, branch, 0, count, advance);
  return { features: all.features(branch, count), gates: all.gates(count) };
}

/** The first images of an order of a set, as far as they are encoded: features of each branch, and gates. */
export class EncodedSample {
  private readonly at: Uint32Array;
  private readonly encoded = new Map<Branch, { features: Float32Array; gates: Uint8Array[] }>();

  /** @param count of the order's images that will be encoded at most */
  constructor(
    private readonly network: Network,
    readonly images: Dataset,
    private readonly order: Uint32Array,
    private readonly count: number,
  ) {
    this.at = placesOf(order, count);
  }

  /**
   * Encodes the images [from, to) of the order by a branch.
   * @param advance called with the number of images after each piece of work; may wait or throw
   * @throws FeatureFault if a feature is not a finite number
   */
  async encode(
    engine: Encoder,
    branch: Branch,
    from: number,
    to: number,
    advance: (images: number) => Promise<void>,
  ): Promise<void> {
    const chunk = chunkOf(this.network);
    for (let first = from; first < to; first += chunk) {
      const end = Math.min(first + chunk, to);
      const images = pickImages(this.images, this.order.subarray(first, end));
      const { features, gates } = await engine.encode(images, 0, images.count, branch);
      if (!features.every(Number.isFinite)) throw new FeatureFault(branch);
      const known = this.encoded.get(branch) ?? this.room(branch, gates, images.count);
      const places = this.at.subarray(first, end);
      spread(features, known.features, places);
      for (const [l, block] of gates.entries()) spread(block, known.gates[l]!, places);
      await advance(images.count);
    }
  }

  private room(branch: Branch, gates: readonly Uint8Array[], images: number) {
    const { count, network } = this;
    const room = {
      features: new Float32Array(count * branchFeatures(network, branch)),
      gates: gates.map((block) => new Uint8Array(count * (block.length / images))),
    };
    this.encoded.set(branch, room);
    return room;
  }

  /** Where each of the first `count` images of the order stands in what follows: u32 [count]. */
  places(count: number): Uint32Array {
    return count === this.count ? this.at : placesOf(this.order, count);
  }

  /** Labels of the first `count` images of the order, in the order of the set. */
  labels(count: number): Uint8Array {
    return Uint8Array.from(this.order.subarray(0, count).toSorted(), (row) => this.images.labels[row]!);
  }

  /** Features of the first `count` images of the order, in the order of the set. */
  features(branch: Branch, count: number): Float32Array {
    return this.cut(this.encoded.get(branch)!.features, count);
  }

  /** Hard gates of the first `count` images of the order, in the order of the set; empty without any. */
  gates(count: number): readonly Uint8Array[] {
    return (this.encoded.get('gated')?.gates ?? []).map((block) => this.cut(block, count));
  }

  private cut<T extends Float32Array | Uint8Array>(values: T, count: number): T {
    if (count === this.count) return values;
    return movedRows(values, values.length / this.count, this.at, this.places(count));
  }
}

/** Puts the rows of `values` at these places of `target`. */
function spread(
  values: Float32Array | Uint8Array,
  target: Float32Array | Uint8Array,
  places: Uint32Array,
): void {
  const width = values.length / places.length;
  for (const [i, place] of places.entries())
    target.set(values.subarray(i * width, (i + 1) * width), place * width);
}
