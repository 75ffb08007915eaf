import { expect, test } from '@playwright/test';
import { watchPage } from '../../src/harness/page/watch.ts';
import { cifarRecords, Playground } from './playground.ts';

test('what `npm run bench -- --page` waits for is on the page of a run', async ({ page }) => {
  await page.addInitScript(watchPage);
  const playground = new Playground(page);
  await playground.open();
  await expect.poll(() => page.evaluate(() => window.seen?.firstPaint)).toBeGreaterThan(0);
  await playground.makeSmall({ batch: 8, steps: 20 });
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(100) }]);
  // The clicks before this one belong to no visit.
  await page.evaluate(() => {
    if (window.seen) window.seen.start = null;
  });
  await playground.button('Start').click();
  await playground.finished();
  await expect.poll(() => page.evaluate(() => window.seen?.accuracies)).not.toBeNull();
  const seen = await page.evaluate(() => window.seen!);
  expect(seen).toMatchObject({ engine: 'wasm', failure: null });
  expect(seen.start!).toBeGreaterThan(seen.firstPaint!);
  expect(seen.loss!).toBeGreaterThan(seen.start!);
  expect(seen.accuracies!).toBeGreaterThanOrEqual(seen.loss!);
  expect(seen.bytesToPaint).toBeGreaterThan(10_000);
  // Whether gates move in so short a run is chance. They are there to be seen.
  const gates = page.locator('[data-block][aria-label*="channels open"]');
  await expect.poll(() => gates.count()).toBeGreaterThan(0);
});
