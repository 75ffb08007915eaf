import { expect, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { cifarRecords, Playground } from './playground.ts';

const DATA = [{ name: 'data_batch_1.bin', bytes: cifarRecords(120) }];

test('axe finds no serious fault, training, with help, finished, and with a file refused, in light and dark', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 100_000 });
  const check = async (state: string, schemes: readonly ('light' | 'dark')[] = ['light', 'dark']) => {
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFaults(page), `${state}, ${colorScheme}`).toEqual([]);
    }
  };
  await playground.dropImages(DATA);
  await playground.button('Start').click();
  await playground.reachStep(3);
  await expect(page.locator('.recharts-line').first()).toBeVisible();
  await check('training');
  await playground.button('Help and keys').click();
  await check('help', ['dark']);
  await playground.button('Close').click();
  await playground.button('End the run now and evaluate it').click();
  await playground.finished();
  await expect(playground.panel('Result')).toBeVisible();
  await check('finished');
  await playground.drop([{ name: 'broken.json', bytes: Buffer.from('{') }]);
  await expect(playground.alert).toBeVisible();
  await check('refused file', ['light']);
});

test('training needs no frames and no fast timers of the page: a hidden tab has neither', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 16, steps: 100_000 });
  await playground.dropImages(DATA);
  await playground.button('Start').click();
  await playground.reachStep(5);
  // Headless browsers keep every tab visible, so the test itself does to the page what a hidden tab does.
  await page.evaluate(() => {
    const later = window.setTimeout;
    Object.assign(window, {
      requestAnimationFrame: () => 0,
      setTimeout: (act: () => void, ms = 0) => later(act, Math.max(1000, ms)),
    });
  });
  const before = await playground.steps();
  await playground.reachStep(before + 20);
});

test('the keys start, pause, step, move the budget and pick classes, but not while typing', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 100_000 });
  await playground.dropImages(DATA);
  await page.locator('#budget').press(']');
  await expect(page.locator('output')).toHaveText('0.35');
  await playground.number('Batch').press(']');
  await expect(page.locator('output')).toHaveText('0.35');
  await page.locator('h1').click();
  await page.keyboard.press('[');
  await expect(page.locator('output')).toHaveText('0.30');
  await page.keyboard.press('Space');
  await playground.reachStep(1);
  await page.keyboard.press('Space');
  await expect(playground.button('Resume')).toBeVisible();
  const held = await playground.steps();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => playground.steps()).toBe(held + 1);
  await page.keyboard.press('4');
  await expect(page.getByRole('button', { name: 'cat', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('What happens here');
});

test('a learning rate far above the authors’ rule is spoken of, and theirs is a click away', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  const settings = playground.panel('Hyper-parameters');
  await expect(settings).not.toContainText('authors’ rule for batches');
  await playground.number('Batch').fill('16');
  await expect(settings).toContainText(
    'A learning rate of 0.1 is 5.32 times the authors’ rule for batches of 16',
  );
  await settings.getByRole('button', { name: 'Take 0.0188' }).click();
  await expect(playground.number('Learning rate')).toHaveValue('0.0188');
  await expect(settings).not.toContainText('authors’ rule for batches');
});

test('a tab whose code cannot be had says so, and leaves the page as it is', async ({ page }) => {
  const code = '**/assets/CompareTab-*.js';
  await page.route(code, (route) => route.abort());
  const playground = new Playground(page);
  await playground.open();
  await page.getByRole('tab', { name: 'Compare' }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'Compare' });
  await expect(alert).toBeVisible();
  await expect(playground.button('Start')).toBeEnabled();
  await page.unroute(code);
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toHaveCount(0);
  await expect(page.getByRole('tabpanel').getByRole('table').first()).toBeVisible();
});

test('a narrow page shows one map at a time and never scrolls sideways', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const playground = new Playground(page);
  await playground.open();
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await playground.settings(true);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await playground.makeSmall({ batch: 8, steps: 3 });
  await playground.dropImages(DATA);
  await playground.settings(false);
  await playground.button('Start').click();
  await playground.finished();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await expect(page.getByTestId('gated-map')).toBeVisible();
  await expect(page.getByTestId('dense-map')).toBeHidden();
  await playground.button('Dense').click();
  await expect(page.getByTestId('dense-map')).toBeVisible();
  await expect(page.getByTestId('gated-map')).toBeHidden();
});

test('a number may be typed with a decimal comma, and arrows change it by a step', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  const rate = playground.number('Learning rate');
  await rate.fill('');
  await rate.pressSequentially('0,02');
  await expect(rate).toHaveAttribute('aria-invalid', 'false');
  await rate.press('ArrowUp');
  await expect(rate).toHaveValue('0.0201');
  await rate.fill('0,03');
  await rate.blur();
  await expect(rate).toHaveValue('0.03');
  const steps = playground.number('Steps');
  await steps.fill('1,000');
  await expect(playground.panel('Hyper-parameters')).toContainText('a whole number without commas');
});

test('Space pauses the run right after the budget was dragged', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 16, steps: 100_000 });
  await playground.button('Start').click();
  await playground.reachStep(1);
  await page.locator('#budget').click({ position: { x: 60, y: 5 } });
  await expect(page.locator('#budget')).toBeFocused();
  await page.keyboard.press('Space');
  await expect(playground.button('Resume')).toBeVisible();
});
