import type { RunConfig } from '../config.ts';
import { type AugmentationPolicy, CIFAR10_POLICY, drawView, type ViewParameters } from '../data/views.ts';
import type { StepInput } from '../engine.ts';
import { type Random, resume, shuffled, stream } from '../random.ts';

/** What is random in a step, drawn from the streams 'order', 'augment' and 'gate'. */
export type Draw = Pick<StepInput, 'indices' | 'views' | 'gateSeeds'>;

/** How far a run's batches were drawn: the streams' positions, the current epoch's order, and its next batch. */
export interface BatchesPosition {
  readonly streams: Readonly<Record<'order' | 'augment' | 'gate', readonly number[]>>;
  readonly rows: Uint32Array;
  readonly next: number;
}

/** The batches of a run, epoch after epoch; the last images that do not fill a batch are left out of their epoch. */
export class Batches {
  readonly stepsPerEpoch: number;
  private readonly order: Random;
  private readonly augment: Random;
  private readonly gate: Random;
  private rows: Uint32Array;
  private next: number;

  /**
   * @param count training images; @param size their side, pixels
   * @param from where other batches of the same run stood: these go on with the very same draws
   */
  constructor(
    private readonly config: RunConfig,
    private readonly count: number,
    private readonly size: number,
    from: BatchesPosition | null = null,
  ) {
    this.stepsPerEpoch = Math.floor(count / config.batch);
    if (this.stepsPerEpoch < 1)
      throw new RangeError(`batches: ${count} images do not fill a batch of ${config.batch}`);
    const streamOf = (name: keyof BatchesPosition['streams']) =>
      from === null ? stream(config.seed, name) : resume(from.streams[name]);
    this.order = streamOf('order');
    this.augment = streamOf('augment');
    this.gate = streamOf('gate');
    this.rows = from?.rows.slice() ?? new Uint32Array(0);
    this.next = from?.next ?? 0;
  }

  position(): BatchesPosition {
    const { order, augment, gate, rows, next } = this;
    const streams = { order: order.state(), augment: augment.state(), gate: gate.state() };
    return { streams, rows: rows.slice(), next };
  }

  draw(): Draw {
    const { batch } = this.config;
    if (this.next === 0) this.rows = shuffled(this.count, this.order);
    const indices = this.rows.slice(this.next * batch, (this.next + 1) * batch);
    this.next = (this.next + 1) % this.stepsPerEpoch;
    const policy = policyOf(this.config);
    const views: [ViewParameters[], ViewParameters[]] = [[], []];
    for (let i = 0; i < batch; i++) {
      views[0].push(drawView(policy, 0, this.size, this.augment));
      views[1].push(drawView(policy, 1, this.size, this.augment));
    }
    return { indices, views, gateSeeds: [this.gate.word(), this.gate.word()] };
  }
}

/** The authors' policy for CIFAR-10 with what the configuration changes of it. */
function policyOf({ minCrop, jitter, grayscale }: RunConfig): AugmentationPolicy {
  const { brightness, contrast, saturation, hue, probability } = CIFAR10_POLICY.jitter;
  return {
    ...CIFAR10_POLICY,
    minCrop,
    grayscale,
    jitter: {
      probability,
      brightness: jitter * brightness,
      contrast: jitter * contrast,
      saturation: jitter * saturation,
      hue: jitter * hue,
    },
  };
}
