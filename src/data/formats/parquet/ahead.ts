/**
 * What `start` gives for each item, in order, begun up to `depth` items ahead of what is being used: the next read is
 * under way while this one is decoded.
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
    // Left early, by an error or an abort that is under way already: what still runs may fail unheard.
    for (const left of running) left.catch(() => {});
  }
}
