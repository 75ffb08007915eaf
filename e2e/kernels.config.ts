import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { findChromium } from '../src/chromium.ts';

// What stands on WebGPU is tested beside its source (src/**/*.gpu.test.ts), on WebGPU without a browser.

export default defineConfig({
  test: {
    name: 'kernels',
    root: fileURLToPath(new URL('..', import.meta.url)),
    environment: 'node',
    include: ['src/**/*.gpu.test.ts'],
    globalSetup: 'e2e/pipelineCounts.ts',
    setupFiles: 'e2e/dawn.setup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    env: process.platform === 'linux' ? browser() : {},
    maxWorkers: 2,
  },
});

/** The Chromium whose software driver is taken. Without one, another driver may do. */
function browser(): Record<string, string> {
  try {
    return { DUALGATE_CHROMIUM: findChromium() };
  } catch (fault) {
    console.log(fault instanceof Error ? fault.message : fault);
    return {};
  }
}
