// @ts-check
// How threads wait for each other. Plain JavaScript, because threads in Node 20 have no loader of TypeScript.

/** Words of a line of the processor's caches: what is often written lies on lines of its own. */
const LINE = 16;
/** How many times threads have come to a barrier, modulo 2³². */
const ARRIVED = 0;
/** How many threads sleep at a barrier. */
const SLEEPERS = LINE;
/** How many orders the pool has given, modulo 2³². */
const ORDERS = 2 * LINE;
/** The newest order. */
const ORDER = 2 * LINE + 1;
/** How many letters of a thread's fault follow; 0 as long as all is well. */
const FAULT = 3 * LINE;
const MOST_LETTERS = 400;

/** Bytes of the control memory, which a pool shares with its threads. */
export const CONTROL_BYTES = 4 * (FAULT + 1 + MOST_LETTERS);

/** The order that lets threads receive messages; others are numbers of programs. */
export const LISTEN = -1;

/**
 * Looks at a word before a thread goes to sleep: some 50 µs. Waking one takes as long, and a call of a kernel
 * ends on all threads at nearly the same time.
 */
const SPINS = 20_000;

/** One thread's view of the control memory. */
export class Control {
  /** @type {Int32Array} */
  #words;
  /** @type {number} */
  #parts;
  /** What ARRIVED is when all have come to the barrier where this thread is, or was last. */
  #complete = 0;
  #taken = 0;

  /**
   * @param {SharedArrayBuffer} memory of CONTROL_BYTES
   * @param {number} parts threads that meet at barriers
   */
  constructor(memory, parts) {
    this.#words = new Int32Array(memory);
    this.#parts = parts;
  }

  /** Comes to the next barrier. Returns whether all others have come, or come while this thread spins. */
  arrive() {
    this.#complete = (this.#complete + this.#parts) | 0;
    if (((Atomics.add(this.#words, ARRIVED, 1) + 1) | 0) === this.#complete) {
      if (Atomics.load(this.#words, SLEEPERS) > 0) Atomics.notify(this.#words, ARRIVED);
      return true;
    }
    for (let spin = 0; spin < SPINS; spin++) if (this.#isComplete()) return true;
    return false;
  }

  /** Sleeps at the barrier until all have come. */
  sleep() {
    while (!this.#isComplete()) this.#nap(Number.POSITIVE_INFINITY);
  }

  /**
   * Sleeps at the barrier, in naps, until all have come.
   *
   * Silence is counted in naps, not by a clock: while a computer sleeps or a page is frozen all threads stand
   * still together, and no more than one nap ends meanwhile.
   * @param {number} napMs
   * @param {number} mostNaps that may pass without anyone coming
   * @returns {string | null} what went wrong with another thread, or null when all have come
   */
  sleepWatching(napMs, mostNaps) {
    let naps = 0;
    while (!this.#isComplete()) {
      const fault = this.fault();
      if (fault !== null) return `a thread of it failed: ${fault}`;
      if (naps === mostNaps) return `a thread of it gave no answer for ${(napMs * mostNaps) / 1000} s`;
      const before = Atomics.load(this.#words, ARRIVED);
      this.#nap(napMs);
      naps = Atomics.load(this.#words, ARRIVED) === before ? naps + 1 : 0;
    }
    return null;
  }

  /** @param {number} mostMs */
  #nap(mostMs) {
    Atomics.add(this.#words, SLEEPERS, 1);
    const arrived = Atomics.load(this.#words, ARRIVED);
    // Whoever comes last after this look either changes the word before the wait, or sees a sleeper.
    if (!this.#isComplete()) Atomics.wait(this.#words, ARRIVED, arrived, mostMs);
    Atomics.sub(this.#words, SLEEPERS, 1);
  }

  #isComplete() {
    return ((Atomics.load(this.#words, ARRIVED) - this.#complete) | 0) >= 0;
  }

  /**
   * Gives an order to all threads.
   * @param {number} order a program, or LISTEN
   */
  give(order) {
    Atomics.store(this.#words, ORDER, order);
    Atomics.add(this.#words, ORDERS, 1);
    Atomics.notify(this.#words, ORDERS);
  }

  /**
   * Waits for the next order.
   * @returns {number}
   */
  take() {
    let spin = 0;
    while (Atomics.load(this.#words, ORDERS) === this.#taken) {
      if (spin < SPINS) spin++;
      else Atomics.wait(this.#words, ORDERS, this.#taken);
    }
    this.#taken = (this.#taken + 1) | 0;
    return Atomics.load(this.#words, ORDER);
  }

  /**
   * Tells all what went wrong, and wakes them.
   * @param {string} fault
   */
  fail(fault) {
    const letters = Math.min(fault.length, MOST_LETTERS);
    for (let i = 0; i < letters; i++) Atomics.store(this.#words, FAULT + 1 + i, fault.charCodeAt(i));
    Atomics.store(this.#words, FAULT, Math.max(1, letters));
    Atomics.notify(this.#words, ARRIVED);
  }

  /**
   * What went wrong in a thread; null as long as all is well.
   * @returns {string | null}
   */
  fault() {
    const letters = Atomics.load(this.#words, FAULT);
    if (letters === 0) return null;
    return String.fromCharCode(...this.#words.subarray(FAULT + 1, FAULT + 1 + letters));
  }
}
