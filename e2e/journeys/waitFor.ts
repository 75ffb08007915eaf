import { test } from '@playwright/test';

/** Waits longer than this are reported on the screen, milliseconds. */
const LONG_MS = 10_000;

/**
 * Does something slow as a step of the report, and says on the screen how long it took if it was long.
 * @param what is waited for, such as “20 steps on WebGPU”
 */
export function waitFor<T>(what: string, act: () => Promise<T>): Promise<T> {
  return test.step(what, async () => {
    const started = performance.now();
    try {
      return await act();
    } finally {
      const ms = performance.now() - started;
      if (ms > LONG_MS) console.log(`${test.info().title}: waited ${(ms / 1000).toFixed(0)} s for ${what}`);
    }
  });
}
