import { expect, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

test('two tabs see each other’s runs at once: begun, ended, left and broken off', async ({ context }) => {
  await context.route('**/recorded/*.json', (route) => route.fulfill({ status: 404, body: '' }));
  const [first, second] = [new Playground(await context.newPage()), new Playground(await context.newPage())];
  for (const tab of [first, second]) {
    await tab.open();
    await tab.tab('Runs');
    await expect(tab.panel('Runs')).toContainText('every run is kept in this list');
  }
  const run = second.panel('Runs').getByRole('listitem').first();

  // Neither tab is reloaded, hidden or shown again from here on.
  await first.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(64) },
    { name: 'test_batch.bin', bytes: cifarRecords(30) },
  ]);
  await first.makeSmall({ batch: 8, steps: 8 });
  await first.button('Start').click();
  await first.finished();
  await expect(run).toContainText(/Dense 20-NN [\d.]+ %/);

  await first.button('Reset').click();
  await expect(run).toContainText('finished, 8 steps');
  await first.number('Steps').fill('100000');
  await first.button('Start').click();
  await first.reachStep(9);
  const underWay = second.panel('Runs').getByRole('listitem').filter({ hasText: 'trained in another tab' });
  await expect(underWay).toHaveCount(1);

  await first.page.close();
  await expect(underWay).toHaveCount(0);
  await expect(second.page.getByRole('status').filter({ hasText: 'was broken off' })).toBeVisible();
  await expect(second.panel('Runs').getByRole('listitem')).toHaveCount(2);
  await expect(second.alert).toHaveCount(0);
});
