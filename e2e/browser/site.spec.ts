import { expect, test } from '@playwright/test';
import { isAtRest } from '../../src/harness/page/watch.ts';

/**
 * The most that a visitor fetches of document, scripts and styles before Start, bytes as compressed. Of the
 * page’s, 78,000 are the charts, 60,000 React, and 20,000 the readers of the files that it opens with.
 */
const FIRST_LOAD = { ofThePage: 260_000, ofWorkers: 100_000 };

test('the built site is cross-origin isolated, so that WASM may have threads', async ({ page }) => {
  await page.goto('./');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('the site serves tfjs’s WASM binaries, and this browser compiles the one with SIMD', async ({
  page,
}) => {
  await page.goto('./');
  const kind = await page.evaluate(async () => {
    const response = fetch(new URL('wasm/tfjs-backend-wasm-simd.wasm', document.baseURI));
    return Object.prototype.toString.call(await WebAssembly.compileStreaming(response));
  });
  expect(kind).toBe('[object WebAssembly.Module]');
});

test('the site serves the records of Emoji-10 as they were built', async ({ page }) => {
  await page.goto('./');
  const matches = await page.evaluate(async () => {
    const load = (file: string) => fetch(new URL(`emoji10/${file}`, document.baseURI));
    const manifest: { parts: { files: string[]; sha256: string }[] } = await (
      await load('manifest.json')
    ).json();
    return Promise.all(
      manifest.parts.map(async ({ files, sha256 }) => {
        const parts = await Promise.all(files.map(async (file) => (await load(file)).blob()));
        const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
        return (
          Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('') === sha256
        );
      }),
    );
  });
  expect(matches).toEqual([true, true, true]);
});

test('the page comes compressed, and its hashed files stay in the browser', async ({ page, baseURL }) => {
  const answers: { path: string; headers: Record<string, string> }[] = [];
  const foreign: string[] = [];
  page.on('response', (response) => {
    const { origin, pathname } = new URL(response.url());
    if (origin === new URL(baseURL!).origin) answers.push({ path: pathname, headers: response.headers() });
    else if (!/^(blob|data):/.test(response.url())) foreign.push(response.url());
  });
  await page.goto('./');
  await page.waitForFunction(isAtRest);
  expect(foreign).toEqual([]);
  const kept = ({ headers }: (typeof answers)[number]) => headers['cache-control'];
  const hashed = answers.filter(({ path }) => path.startsWith('/assets/'));
  expect(hashed.length).toBeGreaterThan(3);
  expect(new Set(hashed.map(kept))).toEqual(new Set(['public, max-age=31536000, immutable']));
  expect(kept(answers.find(({ path }) => path === '/')!)).toBe('no-cache');
  // Small files gain nothing.
  const plain = hashed.filter(
    ({ headers }) => headers['content-encoding'] !== 'br' && Number(headers['content-length'] ?? 1e9) > 1000,
  );
  expect(plain).toEqual([]);
});

test('what a visitor fetches before Start stays within its budget', async ({ page }) => {
  let scripts = 0;
  page.on('response', (response) => {
    if (/\.(js|css)$/.test(new URL(response.url()).pathname))
      scripts += Number(response.headers()['content-length']);
  });
  await page.goto('./');
  // The charts come last. A busy machine may rest before.
  await expect(page.locator('svg.recharts-surface').first()).toBeVisible();
  await page.waitForFunction(isAtRest);
  // Workers and their modules are no scripts of the page's own: it is drawn before they are there.
  const own = await page.evaluate(() =>
    performance
      .getEntries()
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      .filter(({ initiatorType }) => ['navigation', 'script', 'link', 'css'].includes(initiatorType))
      .map(({ name, encodedBodySize }) => ({ name: new URL(name).pathname, bytes: encodedBodySize })),
  );
  const ofThePage = own.reduce((sum, { bytes }) => sum + bytes, 0);
  const document = own.find(({ name }) => name === '/')!.bytes;
  const ofWorkers = scripts + document - ofThePage;
  console.log(`first load: ${ofThePage} bytes of the page, ${ofWorkers} bytes of its workers`);
  // The sum has seen the page's first scripts and its workers.
  expect(Math.min(ofThePage, ofWorkers)).toBeGreaterThan(20_000);
  expect(ofThePage).toBeLessThanOrEqual(FIRST_LOAD.ofThePage);
  expect(ofWorkers).toBeLessThanOrEqual(FIRST_LOAD.ofWorkers);
});

test('a shared link finds its picture, and the tab its icon', async ({ page }) => {
  await page.goto('./');
  for (const [place, kind] of [
    [await page.locator('meta[property="og:image"]').getAttribute('content'), 'image/png'],
    [await page.locator('link[rel="icon"]').getAttribute('href'), 'image/svg+xml'],
  ] as const) {
    const response = await page.request.get(new URL(place!, page.url()).href);
    expect([response.status(), response.headers()['content-type']]).toEqual([200, kind]);
  }
});

test('what nobody sees at first comes with the first key, and is there when the server has gone', async ({
  page,
  context,
}) => {
  const loaded: string[] = [];
  page.on('requestfinished', (request) => loaded.push(new URL(request.url()).pathname));
  const has = (name: string) => loaded.some((path) => path.includes(name));
  await page.goto('./');
  await page.waitForFunction(isAtRest);
  expect(has('HelpText')).toBe(false);
  await page.keyboard.press('Shift');
  await expect
    .poll(() => ['HelpText', 'AboutPage', 'HubOrderDialog', 'RoomDialog'].filter(has))
    .toHaveLength(4);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'About Compute budget' }).click();
  await expect(page.getByText('budget loss = λ')).toBeVisible();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'What happens here' });
  await expect(dialog.locator(':focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('a part of the page that cannot be loaded says so, and comes when the server is back', async ({
  page,
}) => {
  await page.goto('./');
  const unreachable = /\/(HelpText|AboutPage)-/;
  await page.route(unreachable, (route) => route.abort());
  await page.getByRole('button', { name: 'About Compute budget' }).click();
  await expect(page.getByText('“Help” could not be loaded. The rest of the page goes on.')).toBeVisible();
  await page.getByRole('button', { name: 'Help and keys' }).click();
  const dialog = page.getByRole('dialog', { name: 'What happens here' });
  await expect(dialog).toContainText('could not be loaded');
  await page.keyboard.press('Escape');
  await page.unroute(unreachable);
  await page.getByRole('button', { name: 'Help and keys' }).click();
  await expect(dialog).toContainText('One encoder learns');
});

test('charts and the plot of all runs that cannot be loaded leave the page whole, and come by themselves', async ({
  page,
  context,
}) => {
  const unreachable = /\/(CurveChart|RunsPareto)-/;
  await page.route(unreachable, (route) => route.abort());
  await page.goto('./');
  const missing = page.getByText('This could not be loaded. The rest of the page goes on.');
  await expect(missing).not.toHaveCount(0);
  await expect(page.getByRole('slider', { name: 'Step that is shown' })).toHaveAttribute('max', /^\d{3}$/);
  await page.unroute(unreachable);
  await context.setOffline(true);
  await context.setOffline(false);
  await expect(missing).toHaveCount(0);
  await expect(page.locator('.chart .recharts-surface').first()).toBeVisible();
  await expect(page.locator('.pareto svg')).toBeVisible();
});
