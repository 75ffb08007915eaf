// @ts-check
// How threads share the work of a program and wait for each other. Plain JavaScript, because threads in
// Node 20 have no loader of TypeScript.
//
// A program is phases, one after the other; a phase is chunks, which any thread may do. A thread takes its
// own chunks first and then what is left, so a phase never waits for a thread that does not run: it ends when
// its chunks are done, whoever did them. A thread that comes late finds the chunks of old phases taken.

/** Words of a line of the processor's caches: what is often written lies on lines of its own. */
const LINE = 16;
/** How many chunks were done since the pool was opened, modulo 2³². */
const DONE = 0;
/** How many threads sleep until a phase is done. */
const SLEEPERS = LINE;
/** Twice the number of orders, modulo 2³². It is odd while an order is written. */
const ORDERS = 2 * LINE;
/** The newest order: a program or LISTEN, and what DONE and the count of phases were before it. */
const ORDER = ORDERS + 1;
const DONE_BEFORE = ORDERS + 2;
const PHASES_BEFORE = ORDERS + 3;
/** How many letters of a thread's fault follow; 0 as long as all is well. */
const FAULT = 3 * LINE;
const MOST_LETTERS = 400;
/** Of each chunk, the last phase whose chunk of this number was taken. Phases are counted from 1. */
const TAKEN = FAULT + MOST_LETTERS + LINE;

/** The most threads of a pool. */
export const MOST_THREADS = 64;
/** Chunks of a phase for each thread: one that is slow, or comes late, leaves some to the others. */
const CHUNKS_PER_THREAD = 2;

/** Bytes of the control memory, which a pool shares with its threads. */
export const CONTROL_BYTES = 4 * (TAKEN + MOST_THREADS * CHUNKS_PER_THREAD * LINE);

/** The order that lets threads receive messages; others are numbers of programs. */
export const LISTEN = -1;

/**
 * Looks at a word before a thread goes to sleep: some 50 µs. Waking one takes as long, and chunks of a phase
 * end at nearly the same time.
 */
const SPINS = 20_000;

/**
 * The most chunks of a phase.
 * @param {number} threads
 */
export function mostChunks(threads) {
  return threads === 1 ? 1 : threads * CHUNKS_PER_THREAD;
}

/**
 * What is said of a thread that gives no answer.
 * @param {Patience} patience
 */
export function silence({ napMs, mostNaps }) {
  return `a thread of it gave no answer for ${(napMs * mostNaps) / 1000} s`;
}

/** @import { Patience } from './messages.ts' */
/** @typedef {{ readonly chunks: number, run(chunk: number): void }} Chunks */

/** One thread's view of the control memory. */
export class Control {
  /** @type {Int32Array} */
  #words;
  #ordersTaken = 0;
  /** The phase where this thread is, or was last. */
  #phase = 0;
  /** What DONE is when all chunks of it are done. */
  #end = 0;

  /** @param {SharedArrayBuffer} memory of CONTROL_BYTES */
  constructor(memory) {
    this.#words = new Int32Array(memory);
  }

  /**
   * Gives an order to all threads, when all that was ordered before is done.
   * @param {number} order a program, or LISTEN
   */
  give(order) {
    const words = this.#words;
    Atomics.add(words, ORDERS, 1);
    Atomics.store(words, ORDER, order);
    Atomics.store(words, DONE_BEFORE, this.#end);
    Atomics.store(words, PHASES_BEFORE, this.#phase);
    Atomics.add(words, ORDERS, 1);
    Atomics.notify(words, ORDERS);
  }

  /**
   * Waits for an order that this thread has not taken, and takes the newest.
   * @returns {number}
   */
  take() {
    const words = this.#words;
    for (let spin = 0; ; spin++) {
      const orders = Atomics.load(words, ORDERS);
      if (orders === this.#ordersTaken || orders % 2 !== 0) {
        if (spin >= SPINS) Atomics.wait(words, ORDERS, orders);
        continue;
      }
      const order = Atomics.load(words, ORDER);
      this.#end = Atomics.load(words, DONE_BEFORE);
      this.#phase = Atomics.load(words, PHASES_BEFORE);
      // Another may have been written meanwhile.
      if (Atomics.load(words, ORDERS) !== orders) continue;
      this.#ordersTaken = orders;
      return order;
    }
  }

  /**
   * Does chunks of the next phase, this thread's own first, until none is left.
   * @param {Chunks} phase
   * @param {number} part this thread
   * @param {number} parts all threads
   * @returns {boolean} whether all chunks are done, or were within the time of a spin
   */
  work(phase, part, parts) {
    const words = this.#words;
    const { chunks } = phase;
    this.#phase = (this.#phase + 1) | 0;
    this.#end = (this.#end + chunks) | 0;
    const own = Math.floor((part * chunks) / parts);
    for (let i = 0; i < chunks; i++) {
      const chunk = own + i < chunks ? own + i : own + i - chunks;
      const at = TAKEN + chunk * LINE;
      const last = Atomics.load(words, at);
      if (((last - this.#phase) | 0) >= 0) continue;
      if (Atomics.compareExchange(words, at, last, this.#phase) !== last) continue;
      phase.run(chunk);
      const done = Atomics.add(words, DONE, 1) + 1;
      if (((done - this.#end) | 0) === 0 && Atomics.load(words, SLEEPERS) > 0) Atomics.notify(words, DONE);
    }
    for (let spin = 0; spin < SPINS; spin++) if (this.#isDone()) return true;
    return false;
  }

  /** Sleeps until all chunks of the phase are done. */
  sleep() {
    while (!this.#isDone()) this.#nap(Number.POSITIVE_INFINITY);
  }

  /**
   * Sleeps in naps until all chunks of the phase are done. Any chunk that is done ends a silence.
   * @param {Patience} patience
   * @returns {string | null} what went wrong with another thread; null when all is done
   */
  sleepWatching(patience) {
    let naps = 0;
    while (!this.#isDone()) {
      const fault = this.#fault();
      if (fault !== null) return `a thread of it failed: ${fault}`;
      if (naps === patience.mostNaps) return silence(patience);
      const before = Atomics.load(this.#words, DONE);
      this.#nap(patience.napMs);
      naps = Atomics.load(this.#words, DONE) === before ? naps + 1 : 0;
    }
    return null;
  }

  /** @param {number} mostMs */
  #nap(mostMs) {
    Atomics.add(this.#words, SLEEPERS, 1);
    const done = Atomics.load(this.#words, DONE);
    // Whoever ends the phase after this look either changes the word before the wait, or sees a sleeper.
    if (!this.#isDone()) Atomics.wait(this.#words, DONE, done, mostMs);
    Atomics.sub(this.#words, SLEEPERS, 1);
  }

  #isDone() {
    return ((Atomics.load(this.#words, DONE) - this.#end) | 0) >= 0;
  }

  /**
   * Tells the pool what went wrong in this thread.
   * @param {string} fault
   */
  fail(fault) {
    const letters = Math.min(fault.length, MOST_LETTERS);
    for (let i = 0; i < letters; i++) Atomics.store(this.#words, FAULT + 1 + i, fault.charCodeAt(i));
    Atomics.store(this.#words, FAULT, Math.max(1, letters));
    Atomics.notify(this.#words, DONE);
  }

  #fault() {
    const letters = Atomics.load(this.#words, FAULT);
    if (letters === 0) return null;
    return String.fromCharCode(...this.#words.subarray(FAULT + 1, FAULT + 1 + letters));
  }
}
