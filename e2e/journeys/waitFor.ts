import { test } from '@playwright/test';

/** Longer waits are told on the screen, milliseconds. */
const LONG_MS = 10_000;

/**
 * Does what may take long as a step of the report, and tells on the screen if it did.
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
