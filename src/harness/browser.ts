import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';
import type { BenchReport } from '../benchmark/door/report.ts';
import type { BenchResult } from '../benchmark/measure.ts';
import type { BenchOrder } from '../benchmark/runBenchmark.ts';
import type { TrainedSteps, TrainingOrder } from '../benchmark/trainedSteps.ts';
import { CHROMIUM_FLAGS, findChromium, hasChromium } from '../chromium.ts';
import { type BrowserEngine, NoDevice } from '../golden/engines.ts';
import type { GoldenFile, GoldenRow } from '../golden/registry.ts';
import type { InferenceReport } from '../inference/report.ts';
import type { BenchRequest } from './harness.ts';
import { within } from './within.ts';

/** Loading takes long the first time, because Vite prepares tfjs for the browser. */
const LOADING_MS = 120_000;

/** @throws NoDevice when there is no Chromium yet; other functions here install one then */
export function requireChromium(): void {
  if (!hasChromium())
    throw new NoDevice(
      'There is no Chromium that starts. Install one, or set DUALGATE_CHROMIUM to its path.',
    );
}

/**
 * Makes the golden checks on WebGPU, in a Chromium that is started for them.
 * @throws NoDevice when there is no adapter, Error when there is no Chromium or no answer in time
 */
export function checkInBrowser(
  files: readonly GoldenFile[],
  engine: BrowserEngine,
  onRow: (row: GoldenRow) => void,
): Promise<void> {
  return inHarness(async (page) => {
    await page.exposeFunction('reportRow', onRow);
    const order = [files, engine] as const;
    const lack = await page.evaluate(([vectors, on]) => window.checkOnWebGpu!(vectors, on), order);
    if (lack !== null) throw new NoDevice(lack);
  });
}

/**
 * Times training steps on tfjs's WebGPU backend, in a Chromium that is started for them.
 * @throws Error when there is no Chromium, no adapter, no answer in time, or when the GPU fails
 */
export function measureInBrowser(
  request: BenchRequest,
  onProgress: (line: string) => void,
): Promise<BenchResult> {
  return inHarness(async (page) => {
    await page.exposeFunction('reportProgress', onProgress);
    return page.evaluate((asked) => window.measureOnWebGpu!(asked), request);
  });
}

/**
 * Times the compiled engine beside stock tfjs and plain matrix products, in a Chromium that is started for
 * them.
 * @throws Error when there is no Chromium, no adapter, no answer in time, or when the GPU fails
 */
export function benchmarkInBrowser(
  order: BenchOrder,
  onProgress: (line: string) => void,
): Promise<BenchReport> {
  return inHarness(async (page) => {
    await page.exposeFunction('reportProgress', onProgress);
    return page.evaluate((asked) => window.benchmarkWebGpu!(asked), order);
  });
}

/**
 * Times the forms of a gated network at inference on WebGPU, in a Chromium that is started for them.
 * @throws Error when there is no Chromium, no adapter, no answer in time, or when the GPU fails
 */
export function inferenceInBrowser(
  width: number,
  onProgress: (line: string) => void,
): Promise<InferenceReport> {
  return inHarness(async (page) => {
    await page.exposeFunction('reportProgress', onProgress);
    return page.evaluate((asked) => window.inferenceOnWebGpu!(asked), width);
  });
}

/**
 * Trains on WebGPU, in a Chromium that is started for it.
 * @throws Error when there is no Chromium, no adapter, no answer in time, or when the GPU fails
 */
export function trainInBrowser(order: TrainingOrder): Promise<TrainedSteps> {
  return inHarness((page) => page.evaluate((asked) => window.trainOnWebGpu!(asked), order));
}

/** Loads the harness in its own Chromium and returns the result of `work` on it. */
async function inHarness<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const server = await createServer({
    root: fileURLToPath(new URL('../../', import.meta.url)),
    logLevel: 'error',
    // This server has its own cache. Another server with other packages would replace them while the page
    // runs.
    cacheDir: 'node_modules/.vite/harness',
    // No change of a file may reload the page while it computes.
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    optimizeDeps: { entries: ['src/harness/harness.html'] },
  });
  try {
    await server.listen();
    return await inPage(new URL('src/harness/harness.html', addressOf(server)), work);
  } finally {
    await server.close();
  }
}

async function inPage<T>(address: URL, work: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    ignoreDefaultArgs: ['--headless', '--enable-unsafe-swiftshader'],
    args: ['--headless=new', ...CHROMIUM_FLAGS],
  });
  try {
    const page = await browser.newPage();
    await page.goto(address.href);
    await page.waitForFunction(() => window.harnessReady === true, undefined, { timeout: LOADING_MS });
    return await within(work(page));
  } finally {
    await browser.close();
  }
}

function addressOf(server: ViteDevServer): string {
  const address = server.resolvedUrls?.local[0];
  if (address === undefined) throw new Error('the server of the checks has no address');
  return address;
}
