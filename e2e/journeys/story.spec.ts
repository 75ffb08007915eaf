import { expect, type Page, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { Playground } from './playground.ts';

test.use({ actionTimeout: 15_000 });

const STEPS = [
  ['Dense and gated at once', 'Network', 'Run', /% by the gated one, which computes \d+\.\d % of/],
  ['A budget that moves while it trains', 'Compute budget', 'Run', /set from 0\.50 to 0\.30/],
  ['Which channels an image opens', 'Channel distribution', 'Channels', /\d+ are always open, \d+ never/],
  ['The same images in two maps', 'Maps of the test images', 'Run', /both branches name \d+/],
  ['Where the limits are', 'Questions', 'Compare', /A vote of 20 neighbours by raw pixels/],
] as const;

const story = (page: Page) => page.locator('section.story');

/** Waits until a step is told, and its panel is on the page, marked and in view. */
async function toldAt(page: Page, step: number): Promise<void> {
  const [heading, panel, tab, words] = STEPS[step - 1]!;
  await expect(page.getByRole('region', { name: heading, exact: true })).toBeVisible();
  await expect(story(page)).toContainText(`${step} of 5`);
  await expect(story(page)).toContainText(words);
  await expect(page.getByRole('tab', { name: tab, exact: true })).toHaveAttribute('aria-selected', 'true');
  const target = page.getByRole('region', { name: panel, exact: true });
  await expect(target).toBeInViewport();
  await expect(target).toHaveCSS('outline-style', 'solid');
  expect(page.url()).toMatch(new RegExp(`[#&]story=${step}(&|$)`));
}

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = page.locator(':focus');
  for (let stops = 0; stops < 30; stops++) {
    await page.keyboard.press('Tab');
    if ((await focused.textContent())?.trim() === name) return;
  }
  throw new Error(`no stop of the Tab key is called ${name}`);
}

test('the story is told by keyboard in five steps, closed, and gone on with', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await tabTo(page, 'The story in five steps');
  await page.keyboard.press('Enter');
  await toldAt(page, 1);
  const slider = page.locator('[data-player]').getByRole('slider', { name: 'Step that is shown' });
  const stepShown = async () => Number(await slider.inputValue());
  await expect.poll(stepShown).toBeGreaterThan(3);
  expect(await seriousFaults(page)).toEqual([]);
  // At the first step there is nothing before, and the keys of the page are the story's.
  await page.keyboard.press('ArrowLeft');
  await toldAt(page, 1);
  await page.keyboard.press('ArrowRight');
  await toldAt(page, 2);
  await expect.poll(stepShown).toBeGreaterThan(78);
  await page.keyboard.press('ArrowRight');
  await toldAt(page, 3);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(story(page).getByRole('button', { name: 'Next' })).toBeFocused();
  await page.keyboard.press('Enter');
  await toldAt(page, 4);
  expect(await stepShown()).toBe(Number(await slider.getAttribute('max')));
  await page.keyboard.press('ArrowRight');
  await toldAt(page, 5);
  expect(await seriousFaults(page)).toEqual([]);
  await expect(page.getByRole('combobox', { name: 'Recorded run' })).toHaveValue('vicreg');
  await page.keyboard.press('ArrowLeft');
  await toldAt(page, 4);
  // No run of one's own has begun.
  await expect(page.locator('.progress')).toContainText('A recorded run is shown');

  await page.keyboard.press('Escape');
  await expect(story(page)).toHaveCount(0);
  expect(page.url()).not.toContain('story');
  await expect(page.locator('[data-points]')).toHaveCount(0);
  await page.reload();
  await page.getByRole('button', { name: 'Go on with the story, 4 of 5' }).click();
  await toldAt(page, 4);
});

test('a link opens a step, which has a link of its own; one that cannot be used is refused', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('./#story=3');
  await toldAt(page, 3);
  // The page that opens with it keeps the focus where it was.
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  await story(page).getByRole('button', { name: 'Next' }).click();
  await toldAt(page, 4);
  await story(page).getByRole('button', { name: 'Copy link to this step' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Link copied.' })).toContainText(
    'It opens this step of the story.',
  );
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\/#story=4$/);
  await page.reload();
  await toldAt(page, 4);

  for (const [hash, words] of [
    ['story=6', 'expected 1 to 5, got “6”'],
    ['story=<img>', 'got “<img>”'],
    ['story=2&recorded=vicreg', 'a step of the story beside a recorded run'],
    ['hide=everything', 'It hides a part that this page does not have'],
  ]) {
    await page.evaluate((value) => {
      location.hash = value!;
    }, hash);
    const alert = page.getByRole('alert').filter({ hasText: 'This link was not followed.' });
    await expect(alert).toContainText(words!);
    await alert.getByRole('button', { name: 'Dismiss' }).click();
  }
  await expect(story(page)).toContainText('4 of 5');
});

test('a link hides parts of the page, with their keys, until all are shown again', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const playground = new Playground(page);
  await page.goto('./#tab=run&hide=settings,training,tabs,log');
  await expect(playground.panel('Compute budget')).toBeVisible();
  const hidden = [
    playground.button('Settings of the next run'),
    page.getByRole('complementary', { name: 'Next run' }),
    playground.button('Start'),
    page.getByRole('tablist', { name: 'Parts of the page' }),
    playground.panel('Log'),
  ];
  for (const part of hidden) await expect(part).toBeHidden();
  await page.getByRole('main').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  const note = page.getByText('Hidden by the link: settings, training, tabs, log.');
  await expect(note).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);
  await page.reload();
  await expect(note).toBeVisible();
  await playground.button('Show all controls').click();
  await expect(page.getByRole('main')).toBeFocused();
  await expect(note).toHaveCount(0);
  for (const part of hidden) await expect(part).toBeVisible();
  await expect(page.locator('.progress')).toContainText('A recorded run is shown');
  expect(page.url()).not.toContain('hide');
});
