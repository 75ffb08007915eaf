import { expect, type Page, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { cifarRecords, Playground } from './playground.ts';

const STEPS = 14;

async function prepared(page: Page): Promise<Playground> {
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(200) },
    { name: 'test_batch.bin', bytes: cifarRecords(100) },
  ]);
  await playground.makeSmall({ batch: 16, steps: STEPS });
  // One epoch is 12 steps. A checkpoint of 1.5 MB and a run file of half that: neither fits the smaller
  // quotas.
  await playground.number('Width c0').fill('8');
  return playground;
}

/** The run trains to its end and can be saved whole, whatever the browser keeps. */
async function trainsToItsEnd(playground: Playground): Promise<void> {
  await playground.button('Start').click();
  await playground.reachStep(STEPS);
  await playground.finished();
  const run = JSON.parse((await playground.exported('Run')).text);
  expect([run.steps.length, run.final !== null]).toEqual([STEPS, true]);
}

for (const quota of [100_000, 300_000, 1_500_000]) {
  test(`with room for ${quota} bytes a run trains, and the page says what is full and what to do`, async ({
    page,
  }) => {
    const playground = await prepared(page);
    const browser = await page.context().newCDPSession(page);
    const { origin } = new URL(page.url());
    await browser.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: quota });
    await trainsToItsEnd(playground);
    await expect(playground.alert).toContainText(/\((1\.5 MB|7\d\d kB)\) could not be kept/);
    await expect(playground.alert).toContainText('the browser gives this site no more room');
    await expect(playground.alert).toContainText('Delete kept runs in the list of runs');
    await expect(playground.alert).not.toContainText('damaged');

    // With room again, as after the advice was followed, the next run is kept.
    await browser.send('Storage.overrideQuotaForOrigin', { origin });
    await expect(playground.alert.getByRole('button', { name: 'Export now' })).toBeVisible();
    await playground.alert.getByRole('button', { name: 'Free room' }).click();
    const room = page.getByRole('dialog', { name: 'Free room' });
    await expect(room).toContainText(/This page uses .+ of the .+ that the browser gives it/);
    await expect(room.getByRole('button', { name: 'Delete…' })).toBeDisabled();
    await room.getByRole('button', { name: 'Open the list of runs' }).click();
    await expect(room).toHaveCount(0);
    await expect(playground.panel('Runs')).toBeVisible();
    await playground.button('Reset').click();
    await playground.button('Start').click();
    await playground.finished();
    await expect(playground.alert).toHaveCount(0);
    await playground.tab('Runs');
    await expect(playground.panel('Runs')).toContainText(`${STEPS} steps`);
  });
}

test('room is freed where the page says that it is full, and the run is kept after all', async ({ page }) => {
  const playground = await prepared(page);
  const browser = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await trainsToItsEnd(playground);
  await expect(playground.alert).toHaveCount(0);
  const { usage } = await page.evaluate(() => navigator.storage.estimate());
  await browser.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage! + 200_000 });
  await playground.button('Reset').click();
  await trainsToItsEnd(playground);
  await expect(playground.alert).toContainText('the browser gives this site no more room');

  await playground.alert.getByRole('button', { name: 'Free room' }).click();
  const room = page.getByRole('dialog', { name: 'Free room' });
  const first = room.getByRole('listitem').filter({ hasText: 'finished' });
  await expect(first).toHaveCount(1);
  await expect(first).toContainText(/[\d.]+ kB$/);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page), colorScheme).toEqual([]);
  }
  // The run on the page gets a row of its own as soon as there is room.
  const row = await first.evaluateHandle((element) => element);
  await first.getByRole('checkbox').check();
  await room.getByRole('button', { name: /^Delete [\d.]+ kB…$/ }).click();
  await expect(room).toContainText(/Delete 1 run, [\d.]+ kB\?/);
  await room.getByRole('button', { name: 'Delete for good' }).click();
  await expect.poll(() => row.evaluate((element) => element.isConnected)).toBe(false);
  await expect(playground.alert).toHaveCount(0);
  await room.getByRole('button', { name: 'Close' }).click();

  // The run on the page has ended, and is kept after all: it is there after a reload.
  await playground.tab('Runs');
  await expect(playground.panel('Runs')).not.toContainText('being written');
  await page.reload();
  await playground.tab('Runs');
  await expect(playground.panel('Runs').getByRole('button', { name: 'Open', exact: true })).toHaveCount(1);
});

test('where the browser refuses storage a run trains, and the page says that nothing is kept', async ({
  page,
}) => {
  // Workers have globals of their own, so what they load begins with the refusal.
  await page.route(/\/assets\/.*[wW]orker-.*\.js$/, async (route) => {
    const response = await route.fetch();
    const refusal =
      "StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('Storage is blocked.', 'SecurityError'));";
    await route.fulfill({ response, body: `${refusal}\n${await response.text()}` });
  });
  const playground = await prepared(page);
  const note = page.getByRole('status').filter({ hasText: 'Runs are not kept in this browser' });
  await expect(note).toContainText('Storage is blocked. (a private window, or blocked storage, does that)');
  await expect(note).toContainText('save the run file before you leave');
  await trainsToItsEnd(playground);
  await expect(playground.alert).toHaveCount(0);
});
