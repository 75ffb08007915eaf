/**
 * Gives the results of `start` for all items, in order. It begins up to `depth` items ahead of the one in
 * use, so the next read runs while this one is decoded.
 */
export async function* ahead<T, R>(
  items: readonly T[],
  depth: number,
  start: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const running: Promise<R>[] = [];
  let next = 0;
  try {
    while (next < items.length || running.length > 0) {
      while (next < items.length && running.length < depth) running.push(start(items[next++]!));
      yield await running.shift()!;
    }
  } finally {
    // The caller left early, after an error or an abort. What still runs may fail, and nobody needs its
    // errors.
    for (const left of running) left.catch(() => {});
  }
}
