import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { Playground } from './playground.ts';
import { imagesOf, PREPARATIONS, prepare, recorded } from './recordings.ts';

test.use({ actionTimeout: 15_000 });

const DATA = imagesOf(PREPARATIONS['undisturbed on wasm']);

interface RunJson {
  readonly steps: readonly { readonly step: number; readonly loss: number; readonly lr: number }[];
  readonly epochs: readonly { readonly step: number; readonly knn20: Record<string, number> }[];
}

const STEPS = PREPARATIONS['undisturbed on wasm'].steps;

test('a run leaves as a packed file in its middle, comes back, and ends as the run that never stopped', async ({
  page,
  browser,
}) => {
  const playground = new Playground(page);
  await prepare(playground, PREPARATIONS['undisturbed on wasm']);
  const made = 5;
  await playground.beginHeld(made);
  const { name, bytes: packed } = await playground.taken('Run, packed (gzip)');
  expect(name).toMatch(/\.dualgate\.json\.gz$/);
  expect(gunzipSync(packed).toString()).toContain('"format":"dualgate-run"');

  // Another visit: nothing of the run is on the page.
  await page.reload();
  await playground.drop([{ name: 'mine.dualgate.json.gz', bytes: packed }]);
  await expect(page.getByText('opened: mine.dualgate.json.gz')).toBeVisible();
  const panel = playground.panel('Opened run');
  await expect(panel).toContainText(`${made} of ${STEPS} steps are made`);
  await panel.getByRole('button', { name: 'Continue training' }).click();
  await expect(panel.getByRole('alert')).toContainText('Choose them in the Data panel');

  await playground.dropImages(DATA);
  await playground.panel('Engine').getByRole('combobox').selectOption('wasm');
  await panel.getByRole('button', { name: 'Continue training' }).click();
  await expect(page.getByText('trained here', { exact: true })).toBeVisible();
  await playground.finished();
  const continued: RunJson = JSON.parse((await playground.exported('Run')).text);
  const straight: RunJson = JSON.parse(await recorded(browser, 'undisturbed on wasm'));
  expect(continued.steps.map(({ step }) => step)).toEqual(straight.steps.map(({ step }) => step));
  for (const [i, { loss }] of continued.steps.entries()) {
    expect(Math.abs(loss - straight.steps[i]!.loss)).toBeLessThan(1e-4 * Math.abs(loss));
  }
  expect(continued.epochs).toEqual(straight.epochs);

  // More steps than were planned: the rate rises to that of the longer run, and the page has said so.
  await playground.drop([{ name: 'again.json', bytes: Buffer.from(JSON.stringify(continued)) }]);
  await panel.getByLabel('to step').fill(String(STEPS + 4));
  await expect(panel).toContainText('annealed over the whole run');
  await panel.getByRole('button', { name: 'Continue training' }).click();
  await expect(page.getByText('trained here', { exact: true })).toBeVisible();
  await playground.finished();
  const longer: RunJson = JSON.parse((await playground.exported('Run')).text);
  expect(longer.steps.length).toBe(STEPS + 4);
  expect(longer.steps[STEPS]!.lr).toBeGreaterThan(continued.steps[STEPS - 1]!.lr);
});

test('hostile run files are refused in words, and nothing of them stays', async ({ page }) => {
  // 500 MB are unpacked before the first is refused.
  test.setTimeout(120_000);
  const playground = new Playground(page);
  await playground.open();
  const run = JSON.stringify({ format: 'dualgate-run', version: 1, config: {}, steps: [], epochs: [] });
  for (const [name, bytes, reason] of [
    ['bomb.json.gz', gzipSync(Buffer.alloc(600_000_000, 0x20)), 'must hold at most 500 MB'],
    ['cut.json.gz', gzipSync(run).subarray(0, 40), 'gzip, and whole'],
    ['later.json', Buffer.from(run.replace('"version":1', '"version":2')), 'version'],
    ['empty.json', Buffer.from(run), 'config'],
  ] as const) {
    await playground.drop([{ name, bytes }]);
    await expect(playground.alert).toContainText(`${name} could not be opened`, { timeout: 60_000 });
    await expect(playground.alert).toContainText(reason);
    await expect(page.locator('.badge.opened')).toHaveCount(0);
    await expect(playground.panel('Opened run')).toHaveCount(0);
    await playground.alert.getByRole('button', { name: 'Dismiss' }).click();
  }
});

test('a file that takes long to read says so, and can be called off', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.drop([{ name: 'long.json.gz', bytes: gzipSync(Buffer.alloc(450_000_000, 0x20)) }]);
  const line = page.getByRole('status').filter({ hasText: 'Reading long.json.gz (0.44 MB)' });
  await expect(line).toBeVisible();
  await line.getByRole('button', { name: 'Cancel' }).click();
  await expect(line).toHaveCount(0);
  await expect(playground.alert).toHaveCount(0);
  await expect(playground.button('Start')).toBeEnabled();
});
