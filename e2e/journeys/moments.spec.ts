import { readFile } from 'node:fs/promises';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

const STEPS = 45;

/** The player's slider: its value is the step that all figures show. */
const slider = (page: Page) =>
  page.locator('[data-player]').getByRole('slider', { name: 'Step that is shown' });
const imageField = (playground: Playground) =>
  playground.panel('Maps of the test images').getByRole('spinbutton', { name: 'Image', exact: true });
/** The dense map as it is drawn, in pixels. */
const drawn = (page: Page) =>
  page
    .locator('.twin-maps canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** The page of another browser, which keeps nothing of the first one. */
async function elsewhere(browser: Browser, link: string): Promise<Playground> {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(link);
  return new Playground(page);
}

test('an own run is kept with its maps, looked back at after a reload, and shared by a link to a moment', async ({
  page,
  context,
  browser,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  // Maps jump, so that what is drawn is what the step has.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(120) },
    { name: 'test_batch.bin', bytes: cifarRecords(60) },
  ]);
  await playground.makeSmall({ batch: 16, steps: STEPS });
  await playground.button('Start').click();
  await playground.finished();
  await playground.mapsDrawn(`step ${STEPS}`);

  // The list keeps the run, and its maps. What it saves is what it has kept by then.
  await playground.tab('Runs');
  const runs = page.getByRole('list', { name: 'Runs' });
  await runs
    .getByRole('button', { name: /^Menu of / })
    .first()
    .click();
  const saved = page.waitForEvent('download');
  await runs.getByRole('button', { name: 'Save the run file' }).click();
  const { maps } = JSON.parse(await readFile(await (await saved).path(), 'utf8'));
  expect(maps.map(({ step }: { step: number }) => step)).toEqual([STEPS, STEPS]);
  await page.reload();
  await playground.tab('Runs');
  await runs.getByRole('button', { name: 'Open', exact: true }).first().click();
  await expect(page.locator('.notes')).toContainText('opened:');
  const map = page.getByTestId('dense-map');
  await expect(map).toContainText(`step ${STEPS}`);
  const atEnd = await drawn(page);

  // The keys move all figures as one.
  await slider(page).focus();
  await page.keyboard.press('Home');
  await expect(map).toContainText('untrained');
  await expect.poll(() => drawn(page)).not.toBe(atEnd);
  await expect(playground.panel('Network')).toContainText('untrained network, test images');
  await expect(playground.panel('Result')).toContainText('after the step that is shown');
  await page.keyboard.press('End');
  await expect(map).toContainText(`step ${STEPS}`);
  await expect.poll(() => drawn(page)).toBe(atEnd);
  for (let back = 0; back < 15; back++) await page.keyboard.press('ArrowLeft');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', /^step 30 of 45, epoch \d$/);
  await expect(map).toContainText('step 28');
  const evaluated = await drawn(page);
  expect(evaluated).not.toBe(atEnd);

  // The crosshair of all charts stands there, and follows the pointer as long as it is over one.
  for (const panel of ['Loss', 'MAC ratio'])
    await expect(playground.panel(panel).locator('.crosshair')).toHaveText('30');
  await playground
    .panel('Loss')
    .locator('.chart-pointer')
    .hover({ position: { x: 5, y: 40 } });
  await expect(playground.panel('MAC ratio').locator('.crosshair')).not.toHaveText('30');
  await page.mouse.move(5, 5);
  await expect(playground.panel('MAC ratio').locator('.crosshair')).toHaveText('30');

  await imageField(playground).fill('7');
  await playground.button('Copy a link to this moment').click();
  await expect(page.getByRole('status').filter({ hasText: 'Link copied.' })).toContainText(
    'in this browser, which keeps it',
  );
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#run=[0-9a-z-]+&step=30&image=7$/);
  const { name, text } = await playground.exported('Run');
  expect(JSON.parse(text).moments.length).toBeGreaterThan(1);

  // In this browser the link opens the run that is kept.
  await page.goto('about:blank');
  await page.goto(link);
  await expect(slider(page)).toHaveValue('30');
  await expect(map).toContainText('step 28');
  await expect(imageField(playground)).toHaveValue('7');

  // Another browser says where the run is. Its file brings the moment.
  const other = await elsewhere(browser, link);
  const note = other.page.getByRole('status').filter({ hasText: 'a run that this browser does not have' });
  await expect(note).toContainText('goes to step 30');
  await expect(other.page.getByRole('region', { name: 'Player' })).toContainText('Recorded here');
  await other.openRun(name, text);
  await expect(note).toHaveCount(0);
  await expect(slider(other.page)).toHaveValue('30');
  await expect(other.page.getByTestId('dense-map')).toContainText('step 28');
  await expect(imageField(other)).toHaveValue('7');
  // The same link works there from now on.
  await slider(other.page).fill('3');
  await other.page.evaluate((hash) => {
    location.hash = '';
    location.hash = hash;
  }, new URL(link).hash);
  await expect(slider(other.page)).toHaveValue('30');
  await other.page.context().close();
});

test('links to moments that cannot be used are refused in words', async ({ page }) => {
  for (const [hash, reason] of [
    ['run=../x&step=3', 'It names no run'],
    ['run=a-b-c&step=soon', '“step” must be a whole number, got “soon”'],
    ['recorded=vicreg&image=one', '“image” must be a whole number, got “one”'],
  ]) {
    await page.goto('about:blank');
    await page.goto(`./#${hash}`);
    const alert = page.getByRole('alert').filter({ hasText: 'This link was not followed.' });
    await expect(alert).toContainText(reason!);
  }
});

test('a link to a moment of a recorded run brings its tab and the images that are marked', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const playground = new Playground(page);
  await page.goto('./#recorded=vicreg&step=100&image=3&against=41&tab=channels');
  await expect(slider(page)).toHaveValue('100');
  await expect(page.getByRole('tab', { name: 'Channels' })).toHaveAttribute('aria-selected', 'true');
  await playground.button('Copy a link to this moment').click();
  await expect(page.getByRole('status').filter({ hasText: 'Link copied.' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#recorded=vicreg&step=100&image=3&against=41&tab=channels$/);
  await playground.tab('Run');
  await expect(imageField(playground)).toHaveValue('3');
});
