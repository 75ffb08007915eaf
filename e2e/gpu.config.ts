import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, findChromium } from './browser.ts';

// Kernels are tested beside their sources (src/**/*.gpu.test.ts), in Chromium, on real WebGPU.

export default defineConfig({
  test: {
    name: 'gpu',
    root: new URL('..', import.meta.url).pathname,
    include: ['src/**/*.gpu.test.ts'],
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
          executablePath: findChromium(),
          ignoreDefaultArgs: ['--headless', '--enable-unsafe-swiftshader'],
          args: ['--headless=new', ...CHROMIUM_FLAGS],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
