import { type Browser, expect, type Page } from '@playwright/test';
import { mainThreadTasks } from '../../src/harness/page/mainThread.ts';

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

/** The longest task that the page may have, milliseconds on the machine on which the limits were set. */
const TASK_MS = 50;

/** Stretches that are looked at before the page is said to have longer tasks. */
const STRETCHES = 5;

/**
 * Expects that the page has no task over 50 ms while something happens. What the page itself does it does in
 * every stretch; a collection of garbage, or another program of the machine, falls into some. So one stretch
 * within the limit is enough, and the limit is that of a machine as fast as this one was around that stretch.
 * @param stretch lasts some seconds, and may be called several times
 * @param least main-thread tasks that a stretch must have, else nothing was measured
 */
export async function expectShortTasks(
  page: Page,
  browser: Browser,
  stretch: () => Promise<void>,
  least: number,
): Promise<void> {
  const seen: string[] = [];
  let before = await slowness(page);
  for (let tried = 0; tried < STRETCHES; tried++) {
    const tasks = await mainThreadTasks(browser, stretch);
    const after = await slowness(page);
    expect(tasks.length).toBeGreaterThan(least);
    const limit = TASK_MS * Math.max(before, after);
    const longest = tasks.toSorted((a, b) => b - a).slice(0, 5);
    seen.push(
      `longest of ${tasks.length} tasks: ${longest.map((ms) => ms.toFixed(0)).join(', ')} ms, limit ${limit.toFixed(0)} ms`,
    );
    console.log(seen.at(-1));
    if (longest[0]! <= limit) return;
    before = after;
  }
  throw new Error(
    `No main-thread task may take longer than the limit, in one of ${STRETCHES} stretches. Got:\n${seen.join('\n')}`,
  );
}
