/** 5000 → “5,000”. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
