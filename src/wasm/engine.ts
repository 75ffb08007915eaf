import type { EngineSetup, StepTerms } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import type { EvaluationPlan } from '../plan/evaluationPlan.ts';
import { Memory, part, type Span } from '../plan/memory.ts';
import { planAll } from '../plan/planAll.ts';
import { PlannedEngine } from '../plan/plannedEngine.ts';
import type { PlannedSetup, PlanOptions, StepPlan } from '../plan/stepPlan.ts';
import { TERMS_FLOATS } from '../plan/tasks/lossTasks.ts';
import { readTerms } from '../plan/termsRead.ts';
import type { Place } from '../plan/weightsPlan.ts';
import { AddressBook } from './addressBook.ts';
import { CpuOperations } from './cpuOperations.ts';
import { EvaluationPrograms } from './evaluationPrograms.ts';
import type { Call } from './kernels.ts';
import { keep } from './terms.ts';
import type { Machine, PoolPlaces } from './threads/places.ts';
import { FIRST_FREE, openPool, type Pool, type Program } from './threads/pool.ts';

/** A plan as calls of kernels, in one memory. */
interface CpuPlan {
  readonly plan: StepPlan<CpuOperations>;
  readonly evaluations: readonly EvaluationPlan<CpuOperations>[];
  readonly book: AddressBook;
}

function planOnCpu(setup: PlannedSetup, options: PlanOptions, memory = new Memory()): CpuPlan {
  const book = new AddressBook(FIRST_FREE);
  return { ...planAll(setup, memory, () => new CpuOperations(memory, book), options), book };
}

/** Bytes of memory that a step and its evaluations take. It needs no memory itself. */
export function bytesOnCpu(setup: PlannedSetup, options: PlanOptions): number {
  return planOnCpu(setup, options).book.bytes;
}

export interface CpuEngineOptions extends PlanOptions {
  readonly machine: Machine;
  readonly places: PoolPlaces;
}

/**
 * The training step as kernels of WebAssembly, on one thread or several. A step is done when it has been
 * asked for: this thread computes too, and sleeps while it waits for others.
 */
export class CpuEngine extends PlannedEngine {
  readonly ahead = 1;
  readonly #pool: Pool;
  readonly #book: AddressBook;
  readonly #calls: readonly Call[];
  readonly #step: Program;
  readonly #evaluations: ReadonlyMap<Branch, EvaluationPrograms>;

  private constructor(
    setup: EngineSetup,
    { plan, evaluations: planned, book }: CpuPlan,
    pool: Pool,
    step: Program,
    evaluations: ReadonlyMap<Branch, EvaluationPrograms>,
  ) {
    super(setup, plan, planned);
    this.#pool = pool;
    this.#book = book;
    this.#calls = plan.operations.calls;
    this.#step = step;
    this.#evaluations = evaluations;
  }

  /**
   * Plans the step, takes memory for it, and opens the threads.
   * @throws EngineFault where this machine cannot do it, or does not give the memory
   */
  static async open(
    setup: EngineSetup,
    { machine, places, ...options }: CpuEngineOptions,
    memory = new Memory(),
  ): Promise<CpuEngine> {
    const planned = planOnCpu(setup, options, memory);
    const { plan, evaluations, book } = planned;
    const pool = await openPool({ ...machine, places, bytes: book.bytes });
    try {
      const { running } = plan.state;
      const kept = keep(book.at(running), book.at(plan.runningBefore), running.size);
      const step = await pool.compile([kept, ...plan.operations.calls]);
      const programs = evaluations.map(({ branch, operations, images }) => {
        return [branch, new EvaluationPrograms(pool, operations.calls, images)] as const;
      });
      const engine = new CpuEngine(setup, planned, pool, step, new Map(programs));
      for (const { operations } of [plan, ...evaluations])
        for (const { span, data } of operations.uploads) engine.write(span, data);
      await engine.start();
      return engine;
    } catch (error) {
      pool.dispose();
      throw error;
    }
  }

  /** What computes. */
  get machine(): Machine {
    return this.#pool.machine;
  }

  override heldBytes() {
    return { gpu: null, kernels: this.#pool.memory.buffer.byteLength };
  }

  override dispose(): void {
    this.#pool.dispose();
  }

  /**
   * Compiles the calls of a step once more, for profiles: calls of one group that follow each other are a
   * program of their own.
   * @param groups of each call
   * @returns what takes a step on what was written last, and tells how long each group took by the clock
   */
  async profiler<Group>(
    groups: readonly Group[],
    clock: () => number,
  ): Promise<() => ReadonlyMap<Group, number>> {
    const calls = this.#calls;
    if (groups.length !== calls.length)
      throw new Error(`profile: groups must be of ${calls.length} calls, got ${groups.length}`);
    const programs: { readonly group: Group; readonly program: Program }[] = [];
    let first = 0;
    for (let end = 1; end <= calls.length; end++) {
      if (end < calls.length && groups[end] === groups[first]) continue;
      const program = await this.#pool.compile(calls.slice(first, end));
      programs.push({ group: groups[first]!, program });
      first = end;
    }
    return () => {
      const spent = new Map<Group, number>();
      for (const { group, program } of programs) {
        const started = clock();
        this.#pool.run(program);
        spent.set(group, (spent.get(group) ?? 0) + clock() - started);
      }
      return spent;
    };
  }

  protected override check(): void {
    // The pool refuses to run once it has broken down.
  }

  protected override write(span: Span, { buffer, byteOffset, byteLength }: ArrayBufferView): void {
    this.#bytes(span).set(new Uint8Array(buffer, byteOffset, byteLength));
  }

  protected override async read(spans: readonly Span[]): Promise<ArrayBuffer[]> {
    return spans.map((span) => Uint8Array.from(this.#bytes(span)).buffer);
  }

  protected override async take(
    step: number,
    termWeights: readonly number[],
    idle: readonly Place[],
  ): Promise<StepTerms> {
    const { runningBefore, state, ring } = this.plan;
    this.#pool.run(this.#step);
    for (const { offset, length } of idle)
      this.#copy(part(runningBefore, offset, length), part(state.running, offset, length));
    // A step's terms are read before the next one is asked for: all take the first place of the ring.
    const [terms] = await this.read([part(ring, 0, TERMS_FLOATS)]);
    return readTerms(new Float32Array(terms!), step, termWeights);
  }

  protected override async evaluate(branch: Branch, count: number): Promise<void> {
    this.#pool.run(await this.#evaluations.get(branch)!.of(count));
  }

  #bytes(span: Span): Uint8Array {
    return new Uint8Array(this.#pool.memory.buffer, this.#book.at(span), span.size);
  }

  #copy(from: Span, to: Span): void {
    this.#bytes(to).set(this.#bytes(from));
  }
}
