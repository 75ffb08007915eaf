/**
 * Where a key leads among things that share one stop of the Tab key, such as the tabs of the page. It wraps
 * at the ends.
 * @param from index of the thing with the focus
 * @returns the index of the next one; null for other keys
 */
export function placeAfter(key: string, from: number, count: number): number | null {
  if (key === 'ArrowRight') return (from + 1) % count;
  if (key === 'ArrowLeft') return (from - 1 + count) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}
