import type { Images } from '../data/images/dataset.ts';
import type { Encoded } from '../engine.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import { gateBiasValues, type InferencePlan } from './inferencePlan.ts';
import { rowsShape, unpadMap } from './maps.ts';
import type { Span } from './memory.ts';
import { packBytes } from './viewRecords.ts';

/** A frozen network planned for a fixed batch of images, which an executor holds until others are shown. */
export abstract class PlannedInference {
  /** δ of the gates now; null before the start. */
  #gateShift: number | null = null;

  protected constructor(
    private readonly plan: InferencePlan,
    private readonly frozen: FrozenNetwork,
    private readonly images: number,
  ) {}

  protected abstract write(span: Span, data: ArrayBufferView<ArrayBuffer>): void;
  /** Waits for what was asked before. */
  protected abstract read(spans: readonly Span[]): Promise<ArrayBuffer[]>;
  /** Makes what the network sees of the images, or does a forward pass on it. */
  protected abstract do(what: 'input' | 'forward'): void;
  abstract dispose(): void;

  /** Writes the weights, and the first images. */
  protected start(images: Images): void {
    for (const { span, values } of this.plan.constants) this.write(span, values);
    this.shiftGates(this.frozen.gateShift ?? 0);
    this.show(images, 0, images.count);
  }

  /**
   * Takes the images [from, to) in the place of the first ones of the batch. The rest stays.
   * @throws RangeError for more images than the batch has
   */
  show({ pixels, size }: Images, from: number, to: number): void {
    if (to - from > this.images)
      throw new RangeError(`inference: at most ${this.images} images, got ${to - from}`);
    const perImage = size ** 2 * 3;
    this.write(this.plan.pixels, packBytes(pixels.subarray(from * perImage, to * perImage)));
    this.do('input');
  }

  /** Lets gates open where their logit + δ ≥ 0 from now on. Nothing else of the plan changes. */
  shiftGates(gateShift: number): void {
    if (gateShift === this.#gateShift) return;
    for (const bias of this.plan.gateBiases) this.write(bias.span, gateBiasValues(bias, gateShift));
    this.#gateShift = gateShift;
  }

  /** Runs one forward pass and returns its features [N, F]. */
  async run(): Promise<Float32Array> {
    this.do('forward');
    const [features] = await this.read([this.plan.features]);
    return this.rows(features!, this.frozen.network.features);
  }

  /** Runs one forward pass and returns its features and the decisions of its gates. */
  async encode(): Promise<Encoded> {
    this.do('forward');
    const { features, gates } = this.plan;
    const [first, ...blocks] = await this.read([features, ...gates]);
    return {
      features: this.rows(first!, this.frozen.network.features),
      gates: blocks.map((gate, l) => Uint8Array.from(this.rows(gate, this.frozen.inner[l]!))),
    };
  }

  private rows(bytes: ArrayBuffer, columns: number): Float32Array {
    return unpadMap(rowsShape(this.images, columns), new Float32Array(bytes));
  }
}
