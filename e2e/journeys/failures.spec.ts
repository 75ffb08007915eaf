import { expect, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { cifarRecords, Playground } from './playground.ts';
import { waitFor } from './waitFor.ts';

test('a run that diverged goes on from its last checkpoint at half its rate, by keyboard', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(64) },
    { name: 'test_batch.bin', bytes: cifarRecords(30) },
  ]);
  await playground.makeSmall({ batch: 8, steps: 200 });
  // Far above the authors' rate, so that the loss overflows within a few steps.
  await playground.number('Learning rate').fill('1');
  await playground.number('Warm-up').fill('0');
  await playground.number('LARS trust').fill('0.1');
  await playground.button('Start').click();
  await waitFor('the divergence', () =>
    expect(playground.alert).toContainText('The run diverged', { timeout: 240_000 }),
  );
  await expect(page).toHaveTitle('failed · DualGate');
  const back = playground.alert.getByRole('button', { name: /^Back to the last checkpoint \(step \d+\)/ });
  await expect(playground.alert.getByRole('button', { name: 'Export now' })).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);
  const [, step] = /step (\d+)/.exec((await back.textContent())!)!;
  await back.focus();
  await page.keyboard.press('Enter');
  await expect(playground.panel('Log')).toContainText(`Back to step ${step} of`);
  await expect(playground.panel('Log')).toContainText('peak learning rate 0.5 instead of 1');
  await playground.tab('Device');
  await expect(playground.panel('Long runs').getByRole('radio', { name: 'Full speed' })).toBeChecked();
  expect(await seriousFaults(page)).toEqual([]);
  await playground.tab('Runs');
  await expect(playground.panel('Runs')).toContainText('The browser may delete kept runs');
  const runs = playground.panel('Runs').getByRole('listitem');
  await expect(runs.first()).toContainText(`from step ${step} at rate 0.5`);
  await expect(runs.nth(1)).toContainText('failed');
});
