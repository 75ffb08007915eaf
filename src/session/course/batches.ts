import type { RunConfig } from '../../config.ts';
import { policyOf } from '../../data/images/augmentationPolicy.ts';
import type { ImageSet } from '../../data/images/dataset.ts';
import { RECIPES } from '../../data/images/recipe.ts';
import { type AugmentationPolicy, drawView, type ViewParameters } from '../../data/images/views.ts';
import type { StepInput } from '../../engine.ts';
import { type Random, resume, shuffled, shuffledByParts, stream } from '../../random.ts';
import type { BatchesPosition } from '../../run/checkpoint/checkpoint.ts';

/** The random part of a step, drawn from the streams 'order', 'augment' and 'gate'. */
export type Draw = Pick<StepInput, 'indices' | 'views' | 'gateSeeds'>;

/**
 * The batches of a run, epoch after epoch. An epoch leaves out its last images if they do not fill a batch.
 *
 * An epoch takes the images in random order. In the first epoch of a set that comes in parts, each part has a
 * random order of its own, and the parts follow each other as they are stored. So the order is a function of
 * the seed and of the set, and never of when images come.
 */
export class Batches {
  readonly stepsPerEpoch: number;
  private readonly order: Random;
  private readonly augment: Random;
  private readonly gate: Random;
  private readonly count: number;
  /** Side of the images, pixels. */
  private readonly size: number;
  /** Images of a part; undefined if the set is one. */
  private readonly part: number | undefined;
  private readonly policy: AugmentationPolicy;
  private rows: Uint32Array;
  private next: number;

  /** @param from the position of other batches of the same run: these continue with exactly the same draws */
  constructor(
    private readonly config: RunConfig,
    { count, size, recipe, part }: Omit<ImageSet, 'pixels'>,
    from: BatchesPosition | null = null,
  ) {
    this.stepsPerEpoch = Math.floor(count / config.batch);
    if (this.stepsPerEpoch < 1)
      throw new RangeError(`batches: ${count} images do not fill a batch of ${config.batch}`);
    this.count = count;
    this.size = size;
    this.part = part;
    this.policy = policyOf(config, RECIPES[recipe]);
    const streamOf = (name: keyof BatchesPosition['streams']) =>
      from === null ? stream(config.seed, name) : resume(from.streams[name]);
    this.order = streamOf('order');
    this.augment = streamOf('augment');
    this.gate = streamOf('gate');
    this.rows = from?.rows.slice() ?? new Uint32Array(0);
    this.next = from?.next ?? 0;
  }

  position(): BatchesPosition {
    const { order, augment, gate, rows, next, part } = this;
    const streams = { order: order.state(), augment: augment.state(), gate: gate.state() };
    return { streams, rows: rows.slice(), next, ...(part !== undefined && { part }) };
  }

  /** How many images, the first ones of the set, must be there for the next draw. */
  get reach(): number {
    const { batch } = this.config;
    if (this.next > 0)
      return (
        1 + this.rows.subarray(this.next * batch, (this.next + 1) * batch).reduce((a, b) => Math.max(a, b))
      );
    const { count, part = count } = this;
    return this.isFirstEpoch ? Math.min(count, Math.ceil(batch / part) * part) : count;
  }

  /** Whether no epoch has begun before the one whose order is drawn next. */
  private get isFirstEpoch(): boolean {
    return this.rows.length === 0;
  }

  draw(): Draw {
    const { batch } = this.config;
    if (this.next === 0) {
      const { count, order, part = count } = this;
      this.rows = this.isFirstEpoch ? shuffledByParts(count, part, order) : shuffled(count, order);
    }
    const indices = this.rows.slice(this.next * batch, (this.next + 1) * batch);
    this.next = (this.next + 1) % this.stepsPerEpoch;
    const views: [ViewParameters[], ViewParameters[]] = [[], []];
    for (let i = 0; i < batch; i++) {
      views[0].push(drawView(this.policy, 0, this.size, this.augment));
      views[1].push(drawView(this.policy, 1, this.size, this.augment));
    }
    return { indices, views, gateSeeds: [this.gate.word(), this.gate.word()] };
  }
}
