import type { Page } from '@playwright/test';

/**
 * The least time that the fixed work took in Chromium 156 on the 2 cores on which the limits were set,
 * milliseconds.
 */
const REFERENCE_MS = 5.8;

/** On a machine that is slower still, times say nothing about the page, and the tests fail. */
const MOST = 2;

/** How often the work is done. The median stands for the machine as it is now, with what else it does. */
const TIMES = 15;

/**
 * How many times slower this machine is at fixed work than the one on which the limits of these tests were
 * set; 1 where it is faster, at most 2. Limits of main-thread tasks are multiplied by it: they are there to find a page
 * that does more, not a machine that does less.
 */
export async function slowness(page: Page): Promise<number> {
  const times = await page.evaluate((count) => {
    const work = () => {
      let state = 1;
      const numbers = Array.from({ length: 20_000 }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        return { key: state };
      });
      numbers.sort((a, b) => a.key - b.key);
    };
    return Array.from({ length: count }, () => {
      const started = performance.now();
      work();
      return performance.now() - started;
    });
  }, TIMES);
  const median = times.toSorted((a, b) => a - b)[TIMES >> 1]!;
  const factor = Math.min(MOST, Math.max(1, median / REFERENCE_MS));
  console.log(
    `fixed work: median ${median.toFixed(1)} ms, limits × ${factor.toFixed(2)} (least ${Math.min(...times).toFixed(1)} ms)`,
  );
  return factor;
}
