import { expect, type Locator, type Page, test } from '@playwright/test';
import { axeOn, seriousFaults } from './accessibility.ts';
import { Playground } from './playground.ts';
import { PREPARATIONS, prepare } from './recordings.ts';

// Both maps and the cards below them are in sight without scrolling.
test.use({ viewport: { width: 1440, height: 1500 } });

const TEST_IMAGES = PREPARATIONS.gated.tests;

function cardOf(page: Page, image: number): Locator {
  return page.getByRole('region', { name: `Card of image ${image}`, exact: true });
}

function imageNumber(panel: Locator): Locator {
  return panel.getByRole('spinbutton', { name: 'Image', exact: true });
}

/** The pixels of a picture, as text. */
function drawingOf(picture: Locator): Promise<string> {
  return picture.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
}

/** The number of the image that a button of a row shows. */
async function imageOn(button: Locator): Promise<number> {
  return Number(/^Image (\d+)/.exec((await button.getAttribute('aria-label'))!)![1]);
}

test('one image has a card on every tab, with views, neighbours by features, and a second one beside it', async ({
  page,
}) => {
  const playground = new Playground(page);
  await prepare(playground, PREPARATIONS.gated);
  await playground.button('Start').click();
  await playground.finished();
  await playground.mapsDrawn('epoch 3, step 30');
  const maps = playground.panel('Maps of the test images');
  const card = cardOf(page, 7);

  await test.step('its two views are drawn, and drawn again', async () => {
    await imageNumber(maps).fill('7');
    await expect(card).toContainText('Two views as training draws them');
    await expect(card).toContainText('32 × 32 px');
    await expect(card).toContainText('draw 1, seed 1');
    const views = card.getByRole('img', { name: /^View [12] of image 7, for the (gated|dense) branch$/ });
    await expect(views).toHaveCount(2);
    const before = [await drawingOf(views.first()), await drawingOf(views.last())];
    expect(before[0]).not.toBe(before[1]);
    await card.getByRole('button', { name: 'Draw again the views of image 7' }).click();
    await expect(card).toContainText('draw 2, seed 1');
    await expect.poll(() => drawingOf(views.first())).not.toBe(before[0]);
    await expect.poll(() => drawingOf(views.last())).not.toBe(before[1]);
  });

  await test.step('its neighbours by features stand side by side, told apart without colour', async () => {
    await expect(card).toContainText(`Nearest by features of ${TEST_IMAGES} map images`);
    for (const branch of ['Dense', 'Gated']) {
      const row = card.getByRole('toolbar', { name: `${branch} neighbours of image 7` });
      await expect(row.getByRole('button', { name: /, (the same class|another class)$/ })).toHaveCount(5);
      const [same, other] = [row.getByText('✓'), row.getByText('✗')];
      const alike = await same.count();
      expect(alike + (await other.count())).toBe(5);
      await expect(card).toContainText(`${branch} ${alike} of 5 of its class`);
    }
  });

  await test.step('the keyboard goes through them, marks them on the maps, and compares or keeps one', async () => {
    const row = card.getByRole('toolbar', { name: 'Dense neighbours of image 7' });
    await row.getByRole('button').first().focus();
    await page.keyboard.press('ArrowRight');
    const second = row.getByRole('button').nth(1);
    await expect(second).toBeFocused();
    const other = await imageOn(second);
    await expect(cardOf(page, other)).toBeVisible();
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('End');
    await expect(cardOf(page, other)).toBeVisible();
    await expect(maps.getByRole('spinbutton', { name: 'compare with' })).toHaveValue(String(other));
    await expect(maps).toContainText(/The two differ in \d+ of \d+ gates/);
    await expect(maps.locator('.twin-line line')).toBeVisible();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFaults(page), colorScheme).toEqual([]);
    }
    await maps.getByRole('spinbutton', { name: 'compare with' }).fill('');
    await page.mouse.move(2, 2);
    await expect(cardOf(page, other)).toHaveCount(0);
  });

  await test.step('every tab that looks at the run has it, and images of its own to choose from', async () => {
    for (const [tab, offered] of [
      ['Channels', ['Fewest MACs', 'Most MACs']],
      ['Views', ['One of each class']],
      ['Mask lab', ['Fewest MACs', 'Most MACs']],
      ['Evaluate', ['Wrong by both']],
    ] as const) {
      await playground.tab(tab);
      const panel = playground.panel('One image');
      await expect(cardOf(page, 7)).toBeVisible();
      for (const name of offered) await expect(panel.getByRole('toolbar', { name })).toBeVisible();
      expect(await seriousFaults(page), tab).toEqual([]);
    }
    const wrong = playground.panel('One image').getByRole('toolbar', { name: 'Wrong by both' });
    const chosen = await imageOn(wrong.getByRole('button').first());
    await wrong.getByRole('button').first().click();
    await expect(cardOf(page, chosen)).toBeVisible();
    await playground.tab('Run');
    await expect(imageNumber(maps)).toHaveValue(String(chosen));
  });

  await test.step('the run of a file has the same neighbours, and its pictures are read again from its files', async () => {
    await imageNumber(maps).fill('7');
    const names = () =>
      card
        .getByRole('toolbar')
        .getByRole('button')
        .evaluateAll((buttons) => buttons.map((one) => one.ariaLabel));
    await expect(card.getByRole('toolbar').getByRole('button')).toHaveCount(10);
    const live = await names();
    const shown = await drawingOf(card.getByRole('img', { name: /^Image 7: / }));
    const { text } = await playground.exported('Run');
    await playground.openRun('mine.json', text);
    await imageNumber(maps).fill('7');
    await expect(card).toContainText(`Nearest by features of ${TEST_IMAGES} map images`);
    expect(await names()).toEqual(live);
    await expect(card.getByRole('img', { name: /^View/ })).toHaveCount(0);
    await maps.getByRole('button', { name: 'Load its pictures' }).click();
    await expect(card.getByRole('img', { name: /^View [12] of image 7/ })).toHaveCount(2);
    expect(await drawingOf(card.getByRole('img', { name: /^Image 7: / }))).toBe(shown);
    await expect(maps.getByRole('button', { name: 'Load its pictures' })).toHaveCount(0);
  });
});

test('a recorded run has cards, on a phone too, and Escape lets go of the image', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const playground = new Playground(page);
  await page.goto('./#recorded=dual-gating&step=390');
  const maps = playground.panel('Maps of the test images');
  await imageNumber(maps).fill('7');
  const card = cardOf(page, 7);
  await expect(card.getByRole('img', { name: /^View [12] of image 7/ })).toHaveCount(2);
  await expect(card).toContainText(/Nearest (by features of \d+ map images|on the map)/);
  await expect(card.getByRole('toolbar').getByRole('button')).toHaveCount(10);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const { violations } = await axeOn(page).include('.image-cards').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await card.getByRole('button').first().focus();
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  await expect(imageNumber(maps)).toHaveValue('');
});
