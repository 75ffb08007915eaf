import { EngineFault } from '../../engine.ts';
import { MOST_PAGES, PAGE_BYTES } from '../builds.ts';
import { type Call, firstFreeOf } from '../kernels.ts';
import { hasFused, hasSharedMemory, hasSimd } from '../support.ts';
import { CONTROL_BYTES, Control, LISTEN, MOST_THREADS, mostChunks } from './control.js';
import type { Patience } from './messages.ts';
import { packCalls } from './packCalls.ts';
import type { Machine, PoolPlaces } from './places.ts';
import { type Phase, phasesOf } from './program.js';
import { Thread } from './threadLink.ts';

/** Address from which on the memory of a pool is the caller's. Before it lie tables of the kernels. */
export const FIRST_FREE = 65_536;

const MINUTE: Patience = { napMs: 1000, mostNaps: 60 };

export interface PoolTask extends Machine {
  /** Of the memory from FIRST_FREE on. */
  readonly bytes: number;
  readonly places: PoolPlaces;
  /** A minute if missing. */
  readonly patience?: Patience;
}

/** Calls that all threads of a pool know. */
export interface Program {
  /** Programs of a pool are counted from 0. */
  readonly number: number;
  /** For the thread that the pool was opened in. */
  readonly phases: readonly Phase[];
}

/**
 * Opens kernels in a new memory of zeros. One thread computes in a memory of its own and needs no worker;
 * several share a memory, and the thread that calls is the first of them. In a page that must be a worker,
 * since it sleeps while it waits for others.
 * @throws EngineFault when this machine cannot do it, with what it lacks
 */
export async function openPool(task: PoolTask): Promise<Pool> {
  const { bytes, fused, threads, places } = task;
  checkMachine(task);
  const shared = threads > 1;
  const memory = memoryOf(FIRST_FREE + bytes, shared);
  const module = await WebAssembly.compile(await places.binary({ fused, shared }));
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const taken = firstFreeOf(exports);
  if (taken > FIRST_FREE)
    throw new Error(`pool: kernels must take at most ${FIRST_FREE} bytes, got ${taken}`);
  const pool = new Pool(memory, exports, task);
  if (shared) await pool.start(module, places);
  return pool;
}

/** Threads that compute in one memory. */
export class Pool {
  readonly memory: WebAssembly.Memory;
  readonly machine: Machine;
  readonly #exports: WebAssembly.Exports;
  readonly #patience: Patience;
  /** All but the first. */
  readonly #threads: Thread[] = [];
  /** Null for one thread. */
  #control: Control | null = null;
  /** Threads do not wait for an order before their first program, and while they are to hear the next. */
  #listening = true;
  #compiling: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #programs = 0;
  #fault: string | null = null;

  /** Use `openPool`. */
  constructor(memory: WebAssembly.Memory, exports: WebAssembly.Exports, task: PoolTask) {
    const { fused, threads, patience = MINUTE } = task;
    this.memory = memory;
    this.machine = { fused, threads };
    this.#exports = exports;
    this.#patience = patience;
  }

  /** Starts the other threads. `openPool` has done so. */
  async start(module: WebAssembly.Module, places: PoolPlaces): Promise<void> {
    const parts = this.machine.threads;
    const control = new SharedArrayBuffer(CONTROL_BYTES);
    this.#control = new Control(control);
    const broke = (fault: string) => void this.#breakDown(fault);
    try {
      for (let part = 1; part < parts; part++) this.#threads.push(new Thread(places, this.#patience, broke));
      await this.#askAll((thread, i) =>
        thread.ask({ kind: 'open', module, memory: this.memory, control, part: i + 1, parts }),
      );
    } catch (fault) {
      throw this.#breakDown(fault instanceof Error ? fault.message : String(fault));
    }
  }

  /**
   * Gives calls to all threads. Running them later sends no message and allocates nothing.
   * @throws Error when a call does not fit its kernel, EngineFault when a thread broke down
   */
  compile(calls: readonly Call[]): Promise<Program> {
    const compiled = this.#compiling.then(() => this.#compile(calls));
    this.#pending++;
    this.#compiling = compiled.then(
      () => void this.#pending--,
      () => void this.#pending--,
    );
    return compiled;
  }

  async #compile(calls: readonly Call[]): Promise<Program> {
    this.#checkSound();
    const packed = packCalls(calls);
    const phases = phasesOf(this.#exports, packed, mostChunks(this.machine.threads));
    if (this.#control !== null) {
      const heard = this.#askAll((thread) => thread.ask({ kind: 'compile', calls: packed }));
      if (!this.#listening) this.#control.give(LISTEN);
      this.#listening = true;
      await heard.catch((fault: Error) => {
        throw this.#breakDown(fault.message);
      });
      this.#listening = false;
    }
    return { number: this.#programs++, phases };
  }

  /**
   * Does all calls of a program, one after the other, each on all threads. It returns when all are done, and
   * blocks this thread until then.
   * @throws EngineFault when a thread broke down. The pool is then of no more use.
   */
  run({ number, phases }: Program): void {
    this.#checkSound();
    if (this.#pending > 0) throw new Error('pool: run must wait until compile has ended');
    const control = this.#control;
    control?.give(number);
    for (const phase of phases) {
      const fault = this.#do(phase, control);
      if (fault !== null) throw this.#breakDown(fault);
    }
  }

  /** Does a phase, and waits until others have done their chunks. Returns what went wrong, or null. */
  #do(phase: Phase, control: Control | null): string | null {
    try {
      if (control === null) phase.run(0);
      else if (!control.work(phase, 0, this.machine.threads)) return control.sleepWatching(this.#patience);
      return null;
    } catch (fault) {
      return fault instanceof Error ? fault.message : String(fault);
    }
  }

  /** Ends the threads. The memory is free once nobody holds the pool. */
  dispose(): void {
    this.#fault ??= 'it was disposed of';
    for (const thread of this.#threads.splice(0)) thread.end();
  }

  async #askAll(ask: (thread: Thread, index: number) => Promise<void>): Promise<void> {
    await Promise.all(this.#threads.map(ask));
  }

  #checkSound(): void {
    if (this.#fault !== null) throw brokenDown(this.#fault);
  }

  /** Ends the pool. Returns the error that says why. */
  #breakDown(fault: string): EngineFault {
    this.#fault ??= fault;
    this.dispose();
    return brokenDown(this.#fault);
  }
}

function brokenDown(fault: string): EngineFault {
  return new EngineFault(`The WebAssembly engine broke down: ${fault}`);
}

function checkMachine({ fused, threads }: Machine): void {
  if (!hasSimd())
    throw new EngineFault(
      'The WebAssembly engine needs WebAssembly SIMD, which is not there: update the browser (Chrome and Edge have it from version 91 on, Firefox from 89, Safari from 16.4) or Node (16.4).',
    );
  if (fused && !hasFused())
    throw new EngineFault(
      'The WebAssembly engine cannot round products and sums together here, because relaxed SIMD is not there: take the plain build.',
    );
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)
    throw new EngineFault(
      `The WebAssembly engine needs a whole number of threads from 1 to ${MOST_THREADS}, got ${threads}.`,
    );
  if (threads > 1 && !hasSharedMemory())
    throw new EngineFault(
      'Several threads of the WebAssembly engine need shared memory, which is not there: the browser lacks it, or the page’s site does not isolate it (see “Where the site is served” in docs/engines.md). Take one thread.',
    );
}

/** @param bytes from address 0 on */
function memoryOf(bytes: number, shared: boolean): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const need = `The WebAssembly engine needs ${Math.ceil(bytes / 1e6)} MB of memory for this run`;
  const lower = 'Lower the batch, the width or the projector, or train on fewer or smaller images.';
  if (pages > MOST_PAGES)
    throw new EngineFault(
      `${need}, and WebAssembly has at most ${Math.floor((MOST_PAGES * PAGE_BYTES) / 1e6)} MB. ${lower}`,
    );
  try {
    // It never grows, so that no more than this is reserved.
    return new WebAssembly.Memory({ initial: pages, ...(shared ? { maximum: pages, shared } : {}) });
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault;
    throw new EngineFault(
      `${need}, and this machine does not give them. Close other programs or tabs, or: ${lower}`,
      { cause: fault },
    );
  }
}
