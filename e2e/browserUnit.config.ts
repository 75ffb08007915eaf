import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, findChromium } from '../src/chromium.ts';
import { ISOLATION } from '../src/site/headers.ts';

// Code that needs a browser is tested beside its source (src/**/*.browser.test.ts), in Chromium. It is the
// code that uses IndexedDB, private files, workers or picture decoders, or that opens engines as the page
// does.

/**
 * Users have Chromium's own WebGPU. What may differ there is therefore tested there as well: how devices
 * open, fail and are lost, how kernels are compiled and read back, convolutions of every size, and steps of
 * the engine.
 */
const ON_CHROMIUMS_WEBGPU = [
  'src/webgpu/engine/{device,gpu,engine}.gpu.test.ts',
  'src/webgpu/kernels/convolution/convolution.gpu.test.ts',
];

/**
 * Unit tests read this file too, and run without a browser. Where there is no browser, only these tests fail.
 */
function chromium(): { executablePath?: string } {
  try {
    return { executablePath: findChromium() };
  } catch (fault) {
    console.log(fault instanceof Error ? fault.message : fault);
    return {};
  }
}

export default defineConfig({
  // If Vite found one only when a worker asks for it, Vite would reload the page in the middle of a test.
  optimizeDeps: { include: ['fflate', 'idb'] },
  // As the site: threads share memory only in isolated pages.
  server: { headers: ISOLATION },
  test: {
    name: 'gpu',
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['src/**/*.browser.test.ts', ...ON_CHROMIUMS_WEBGPU],
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
      // What Node makes of pictures, for the test that compares it with the browser.
      commands: {
        roadCases: async () => (await import('../src/cli/images/roads.fixture.ts')).roadCases(),
        // What one thread of Node makes of a layer, for the test that compares it with threads of a page.
        layerBits: async (_, fused: boolean) => {
          const { layerBits } = await import('../src/wasm/threads/layer.fixture.ts');
          const { nodePlaces } = await import('../src/wasm/threads/nodePlaces.ts');
          return [...(await layerBits({ fused, threads: 1 }, nodePlaces()))];
        },
      },
    },
  },
});
