import { describe, expect, it } from 'vitest';
import { CONTROL_BYTES, Control, LISTEN } from './control.js';

/** The views of so many threads of one control memory. */
function threads(count: number): Control[] {
  const memory = new SharedArrayBuffer(CONTROL_BYTES);
  return Array.from({ length: count }, () => new Control(memory));
}

/** A phase that keeps which of its chunks were done. */
function phase(chunks: number) {
  const done: number[] = [];
  return { chunks, done, run: (chunk: number) => void done.push(chunk) };
}

describe('threads that share a phase', () => {
  it('take their own chunks first and then what is left, each chunk once', () => {
    const [first, second] = threads(2);
    const shared = phase(4);
    expect(second!.work(shared, 1, 2)).toBe(true);
    expect(shared.done).toEqual([2, 3, 0, 1]);
    expect(first!.work(shared, 0, 2)).toBe(true);
    expect(shared.done).toHaveLength(4);
  });

  it('leave a chunk to the thread that took it, and wait for it', () => {
    const [first, second] = threads(2);
    let after: boolean | null = null;
    const other = phase(2);
    const slow = {
      chunks: 2,
      run: () => {
        after = second!.work(other, 1, 2);
      },
    };
    // While the first thread is in chunk 0 the second does chunk 1, and finds chunk 0 taken and not done.
    expect(first!.work(slow, 0, 2)).toBe(true);
    expect(other.done).toEqual([1]);
    expect(after).toBe(false);
    second!.sleep();
  });

  it('do no chunk of an old phase when they come late', () => {
    const [first, late] = threads(2);
    const phases = [phase(4), phase(1), phase(4), phase(2)];
    for (const each of phases) first!.work(each, 0, 2);
    for (const each of phases) expect(late!.work(each, 1, 2)).toBe(true);
    expect(phases.map(({ done }) => done.toSorted())).toEqual([[0, 1, 2, 3], [0], [0, 1, 2, 3], [0, 1]]);
  });
});

describe('an order', () => {
  it('is taken once, the newest first, with the count of phases that came before', () => {
    const [first, late] = threads(2);
    first!.give(3);
    const [missed, next] = [phase(2), phase(2)];
    first!.work(missed, 0, 2);
    first!.give(5);
    expect(late!.take()).toBe(5);
    late!.work(next, 1, 2);
    expect(next.done).toEqual([1, 0]);
    expect(first!.work(next, 0, 2)).toBe(true);
    expect(next.done).toHaveLength(2);
    first!.give(LISTEN);
    expect(late!.take()).toBe(LISTEN);
  });
});

describe('a wait', () => {
  /** The first thread's view when the second has taken a chunk. */
  function waiting(fail: boolean): Control {
    const [first, second] = threads(2);
    const broken = {
      chunks: 2,
      run: () => {
        throw new Error('out of bounds');
      },
    };
    expect(() => second!.work(broken, 1, 2)).toThrow('out of bounds');
    if (fail) second!.fail('out of bounds, says chunk “1” — €');
    const mine = phase(2);
    expect(first!.work(mine, 0, 2)).toBe(false);
    expect(mine.done).toEqual([0]);
    return first!;
  }

  it('ends when a thread tells of its fault', () => {
    expect(waiting(true).sleepWatching({ napMs: 1000, mostNaps: 60 })).toBe(
      'a thread of it failed: out of bounds, says chunk “1” — €',
    );
  });

  it('ends after naps in which nothing was done', () => {
    const started = performance.now();
    expect(waiting(false).sleepWatching({ napMs: 10, mostNaps: 3 })).toBe(
      'a thread of it gave no answer for 0.03 s',
    );
    expect(performance.now() - started).toBeGreaterThan(25);
  });
});
