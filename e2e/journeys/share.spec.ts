import { expect, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

test.use({ actionTimeout: 15_000 });

const followed = 'The next run is set by a link';

test('a link brings its settings to another page, where they can be taken back', async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const first = new Playground(await context.newPage());
  await first.open();
  await first.makeSmall({ batch: 8, steps: 12 });
  await first.panel('Method').getByLabel('VICReg dense', { exact: true }).check();
  await first.page.getByLabel('seed', { exact: true }).fill('77');
  await first.page.locator('h1').click();
  await first.page.keyboard.press('s');
  await expect(first.page.getByRole('status').filter({ hasText: 'Link copied.' })).toBeVisible();
  const link = await first.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#v=1&.*seed=77/);

  const second = new Playground(await context.newPage());
  await second.page.goto(link);
  const note = second.page.getByRole('status').filter({ hasText: followed });
  await expect(note).toContainText('VICReg dense, seed 77');
  await expect(second.panel('Method').getByLabel('VICReg dense', { exact: true })).toBeChecked();
  await expect(second.number('Batch')).toHaveValue('8');
  await expect(second.number('Steps')).toHaveValue('12');
  await expect(second.page.getByLabel('seed', { exact: true })).toHaveValue('77');
  await expect(second.panel('Engine').getByRole('combobox')).toHaveValue('wasm');
  await second.button('Copy a link with these settings').click();
  await expect(second.page.getByRole('status').filter({ hasText: 'Link copied.' })).toBeVisible();
  expect(await second.page.evaluate(() => navigator.clipboard.readText())).toBe(link);

  // A link that is typed while the page is open counts too.
  await second.page.evaluate(() => {
    location.hash = 'v=1&seed=5';
  });
  await expect(note).toContainText('Dual gating, t_d 0.30, seed 5');
  await note.getByRole('button', { name: 'Undo' }).click();
  await expect(second.page.getByLabel('seed', { exact: true })).toHaveValue('77');
});

test('links that cannot be used are refused in words, and the page opens all the same', async ({ page }) => {
  for (const [hash, reason] of [
    ['v=9&seed=5', 'It is of version “9”, and this page reads version 1'],
    ['v=1&steps=soon', '“steps” must be a number, got “soon”'],
    ['v=1&seed=5&colour=red', 'a setting that this page does not know: “colour”'],
  ]) {
    await page.goto('about:blank');
    await page.goto(`./#${hash}`);
    const alert = page.getByRole('alert').filter({ hasText: 'This link was not followed.' });
    await expect(alert).toContainText(reason!);
    await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeEnabled();
    await expect(page.getByLabel('seed', { exact: true })).toHaveValue('1');
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await expect(alert).toHaveCount(0);
  }
});

test('a refused clipboard shows the link; a run under way goes on as it was', async ({ page }) => {
  await page.addInitScript(() => {
    const refuse = () => Promise.reject(new Error('denied'));
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: refuse } });
  });
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 100_000 });
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(100) }]);
  await playground.button('Copy a link with these settings').click();
  const dialog = page.getByRole('dialog', { name: 'A link with these settings' });
  await expect(dialog.getByLabel('Link')).toHaveValue(/#v=1&.*data=own/);
  await expect(dialog).toContainText('Your own images are not in it');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await playground.button('Start').click();
  await playground.reachStep(3);
  await page.evaluate(() => {
    location.hash = 'v=1&seed=5&steps=9';
  });
  const note = page.getByRole('status').filter({ hasText: followed });
  await expect(note).toContainText('The run under way goes on as it is.');
  await playground.reachStep(5);
  await expect(page.locator('.progress:not(.order)')).toContainText('/100,000');
});
