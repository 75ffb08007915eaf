import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';
import type { GoldenFile, GoldenRow } from '../../src/cli/golden/registry.ts';
import { findChromium } from '../browser.ts';

/** Debian's headless Chromium has WebGPU, by its software adapter where there is no GPU, only with this flag. */
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
];

/** A software adapter compiles every kernel for up to a second, some hundred of them. */
const TIMEOUT_MS = 45 * 60_000;

/**
 * The golden checks on tfjs's WebGPU backend, in a Chromium that is started for them.
 * @throws Error when there is no Chromium, no adapter, or no answer in time
 */
export async function checkInBrowser(
  files: readonly GoldenFile[],
  onRow: (row: GoldenRow) => void,
): Promise<void> {
  const server = await createServer({
    root: fileURLToPath(new URL('../../', import.meta.url)),
    logLevel: 'error',
    // Nothing may reload the page while it computes.
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    optimizeDeps: { entries: ['e2e/golden/harness.html'] },
  });
  try {
    await server.listen();
    await checkAt(new URL('e2e/golden/harness.html', addressOf(server)), files, onRow);
  } finally {
    await server.close();
  }
}

async function checkAt(
  address: URL,
  files: readonly GoldenFile[],
  onRow: (row: GoldenRow) => void,
): Promise<void> {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    ignoreDefaultArgs: ['--headless', '--enable-unsafe-swiftshader'],
    args: FLAGS,
  });
  try {
    const page = await browser.newPage();
    await page.exposeFunction('reportRow', onRow);
    await page.goto(address.href);
    await page.waitForFunction(() => window.checkOnWebGpu !== undefined);
    const checks = page.evaluate((vectors) => window.checkOnWebGpu!(vectors), files);
    await within(checks, TIMEOUT_MS);
  } finally {
    await browser.close();
  }
}

/** A hung GPU never answers. */
function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`WebGPU gave no answer in ${ms / 60_000} minutes`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function addressOf(server: ViteDevServer): string {
  const address = server.resolvedUrls?.local[0];
  if (address === undefined) throw new Error('the server of the checks has no address');
  return address;
}
