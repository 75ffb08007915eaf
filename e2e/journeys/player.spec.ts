import { expect, type Page, test } from '@playwright/test';
import { frames } from './frames.ts';
import { cifarRecords, Playground } from './playground.ts';

/** The player's slider: its value is the step that all figures show. */
const slider = (page: Page) =>
  page.locator('[data-player]').getByRole('slider', { name: 'Step that is shown' });
const stepOf = async (page: Page) => Number(await slider(page).inputValue());

test('a page without a GPU opens on a recorded run that plays; it is paused, scrubbed and replaced', async ({
  page,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined });
  });
  const requested: string[] = [];
  page.on('request', (request) => requested.push(new URL(request.url()).pathname));
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const playground = new Playground(page);
  await playground.open();

  // Nothing was pressed.
  await expect.poll(() => stepOf(page)).toBeGreaterThan(3);
  const stage = page.getByRole('region', { name: 'Player' });
  await expect(stage).toContainText(
    /Recorded here by the project on \d+ \w+ \d{4}: .+, engine wasm · Emoji-10/,
  );
  const claim = page.locator('p:visible', { hasText: /to be two (networks )?at once/ });
  await expect(claim).toHaveCount(1);
  await expect(playground.panel('Loss').locator('svg.recharts-surface')).toBeVisible();
  await expect(page.getByTestId('gated-map')).toContainText('UMAP · ');
  // No engine, and no images beside those of the run.
  expect(requested.filter((path) => /\/(worker|mapWorker)-|emoji10\/|\.wasm$/.test(path))).toEqual([]);

  await stage.getByRole('button', { name: 'Pause the player' }).click();
  const paused = await stepOf(page);
  await frames(page, 30);
  expect(await stepOf(page)).toBe(paused);

  await slider(page).focus();
  await page.keyboard.press('End');
  const last = await stepOf(page);
  await expect(page.getByTestId('gated-map')).toContainText(`step ${last}`);
  await expect(playground.panel('Log')).toContainText('t_d set from 0.50 to 0.30');
  const budget = playground.panel('Compute budget');
  await expect(budget).toContainText('had t_d 0.30 at this step');
  const spent = budget.locator('dd').nth(3);
  const atEnd = await spent.textContent();
  await page.keyboard.press('Home');
  await expect(page.getByTestId('gated-map')).toContainText('untrained');
  await expect(playground.panel('Log')).not.toContainText('t_d set');
  await expect(spent).not.toHaveText(atEnd!);
  await expect(budget).toContainText('had t_d 0.50 at this step');
  // Space belongs to the slider while it has the focus.
  await page.keyboard.press('Space');
  await expect.poll(() => stepOf(page)).toBeGreaterThan(0);

  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(120) },
    { name: 'test_batch.bin', bytes: cifarRecords(60) },
  ]);
  await playground.makeSmall({ batch: 16, steps: 12 });
  await stage.getByRole('button', { name: 'Train your own' }).click();
  await expect(page.locator('.notes')).toContainText('trained here');
  await expect(stage).toHaveCount(0);
  await expect(claim).toHaveCount(1);
  await playground.finished();
  expect(await stepOf(page)).toBe(12);
  await expect(stage).not.toContainText('Recorded');
});

test('who prefers less motion sees the end of the recorded run, and can look back', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 390, height: 800 });
  await new Playground(page).open();
  // The slider is there before the run is.
  await expect.poll(() => stepOf(page)).toBeGreaterThan(0);
  const last = await stepOf(page);
  expect(last).toBe(Number(await slider(page).getAttribute('max')));
  await frames(page, 30);
  expect(await stepOf(page)).toBe(last);
  await slider(page).fill('20');
  await expect(page.locator('[data-player]')).toContainText('step 20');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('a run under way is looked back at while it goes on, and Live returns to it', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(120) },
    { name: 'test_batch.bin', bytes: cifarRecords(60) },
  ]);
  await playground.makeSmall({ batch: 16, steps: 100_000 });
  await playground.button('Start').click();
  await playground.reachStep(30);
  const live = page.getByRole('button', { name: 'Live' });
  await expect(live).toHaveAttribute('aria-pressed', 'true');
  await slider(page).fill('9');
  await expect(live).toHaveAttribute('aria-pressed', 'false');
  await expect(page.locator('[data-player]')).toContainText('step 9');
  const early = /untrained|step \d( |$)/;
  await expect(page.getByTestId('dense-map')).toContainText(early);
  const before = await playground.steps();
  await playground.reachStep(before + 10);
  expect(await stepOf(page)).toBe(9);
  await live.click();
  await expect.poll(() => stepOf(page)).toBeGreaterThan(before);
  await expect(page.getByTestId('dense-map')).not.toContainText(early);
});

test('each recorded run is opened from Compare or by a link to a moment, and exported', async ({ page }) => {
  const playground = new Playground(page);
  await page.goto('./#recorded=vicreg&step=100');
  const stage = page.getByRole('region', { name: 'Player' });
  await expect(stage).toContainText('step 100');
  await expect(stage.getByRole('combobox', { name: 'Recorded run' })).toHaveValue('vicreg');
  await expect(stage.getByRole('button', { name: 'Play from' })).toBeVisible();
  await playground.tab('Export');
  await expect(playground.panel('Export')).toContainText(
    'Weights of recorded runs do not come with the page',
  );
  const { name, text } = await playground.exported('Run');
  expect(name).toMatch(/vicreg.*\.dualgate\.json$/);
  const run = JSON.parse(text);
  const length = Number(await slider(page).getAttribute('max'));
  expect([run.format, run.steps.at(-1).step, run.maps.length]).toEqual(['dualgate-run', length, 1]);

  await playground.tab('Compare');
  const table = page.getByRole('table').filter({ hasText: 'Slimmable' }).first();
  await expect(table).toBeVisible();
  await page.getByRole('tabpanel').getByRole('button', { name: 'Slimmable', exact: true }).click();
  await expect(stage.getByRole('combobox', { name: 'Recorded run' })).toHaveValue('slimmable');
  await expect.poll(() => stepOf(page)).toBeGreaterThan(1);

  await page.evaluate(() => {
    location.hash = 'recorded=simclr';
  });
  await expect(playground.alert.filter({ hasText: 'This link was not followed.' })).toContainText('“simclr”');
});
