import type { Images } from '../data/images/dataset.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import { type InferencePlan, type InferenceSettings, planInference } from '../plan/inferencePlan.ts';
import { Memory, type Span } from '../plan/memory.ts';
import { PlannedInference } from '../plan/plannedInference.ts';
import { AddressBook } from './addressBook.ts';
import { CpuInferenceOperations } from './cpuInferenceOperations.ts';
import type { Machine, PoolPlaces } from './threads/places.ts';
import { FIRST_FREE, openPool, type Pool, type Program } from './threads/pool.ts';

/** How a frozen network is run. */
export interface CpuInferenceOptions extends Omit<InferenceSettings, 'images'> {
  readonly machine: Machine;
  readonly places: PoolPlaces;
}

/**
 * A frozen network as kernels of WebAssembly, for a fixed batch of images, on one thread or several. A
 * forward pass is done when it has been asked for.
 */
export class CpuInference extends PlannedInference {
  readonly #pool: Pool;
  readonly #book: AddressBook;
  readonly #programs: Readonly<Record<'input' | 'forward', Program>>;

  private constructor(
    pool: Pool,
    book: AddressBook,
    programs: Readonly<Record<'input' | 'forward', Program>>,
    plan: InferencePlan,
    frozen: FrozenNetwork,
    images: number,
  ) {
    super(plan, frozen, images);
    this.#pool = pool;
    this.#book = book;
    this.#programs = programs;
  }

  /** @throws EngineFault where this machine cannot do it, or does not give the memory */
  static async open(
    frozen: FrozenNetwork,
    images: Images,
    { machine, places, ...settings }: CpuInferenceOptions,
  ): Promise<CpuInference> {
    const memory = new Memory();
    const book = new AddressBook(FIRST_FREE);
    const { count } = images;
    const record = () => new CpuInferenceOperations(memory, book);
    const plan = planInference(frozen, memory, record, { ...settings, images: count });
    const pool = await openPool({ ...machine, places, bytes: book.bytes });
    try {
      const input = await pool.compile(plan.input.calls);
      const forward = await pool.compile(plan.forward.calls);
      const inference = new CpuInference(pool, book, { input, forward }, plan, frozen, count);
      inference.start(images);
      return inference;
    } catch (error) {
      pool.dispose();
      throw error;
    }
  }

  /** What computes. */
  get machine(): Machine {
    return this.#pool.machine;
  }

  override dispose(): void {
    this.#pool.dispose();
  }

  protected override write(span: Span, { buffer, byteOffset, byteLength }: ArrayBufferView): void {
    this.#bytes(span).set(new Uint8Array(buffer, byteOffset, byteLength));
  }

  protected override async read(spans: readonly Span[]): Promise<ArrayBuffer[]> {
    return spans.map((span) => Uint8Array.from(this.#bytes(span)).buffer);
  }

  protected override do(what: 'input' | 'forward'): void {
    this.#pool.run(this.#programs[what]);
  }

  #bytes(span: Span): Uint8Array {
    return new Uint8Array(this.#pool.memory.buffer, this.#book.at(span), span.size);
  }
}
