import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, findChromium } from '../src/chromium.ts';

// Kernels are tested beside their sources (src/**/*.gpu.test.ts), in Chromium, on real WebGPU.

/** Unit tests read this file too, and run without a browser: where there is none, only these tests fail. */
function chromium(): { executablePath?: string } {
  try {
    return { executablePath: findChromium() };
  } catch (fault) {
    console.log(fault instanceof Error ? fault.message : fault);
    return {};
  }
}

export default defineConfig({
  // Found only when a worker asks for it, it would reload the page in the middle of a test.
  optimizeDeps: { include: ['idb'] },
  test: {
    name: 'gpu',
    root: new URL('..', import.meta.url).pathname,
    include: ['src/**/*.{browser,gpu}.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One page at a time: the software adapter already takes every core.
    fileParallelism: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          ...chromium(),
          ignoreDefaultArgs: ['--headless', '--enable-unsafe-swiftshader'],
          args: ['--headless=new', ...CHROMIUM_FLAGS],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
