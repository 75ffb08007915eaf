import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { frames } from './frames.ts';
import { Playground } from './playground.ts';
import { serve } from './siteHost.ts';

test.use({ actionTimeout: 15_000 });

const STEPS = [
  ['Dense and gated at once', 'Network', 'Run', /% by the gated one, which computes \d+\.\d % of/],
  ['A budget that moves while it trains', 'Compute budget', 'Run', /set from 0\.50 to 0\.30/],
  ['Which channels an image opens', 'Channel distribution', 'Channels', /\d+ are always open, \d+ never/],
  ['The same images in two maps', 'Maps of the test images', 'Run', /both branches name \d+/],
  ['Where the limits are', 'Questions', 'Compare', /A vote of 20 neighbours without any training \(/],
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
  await expect(page.locator('.progress:not(.order)')).toContainText('A recorded run is shown');

  await page.keyboard.press('Escape');
  await expect(story(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Go on with the story, 4 of 5' })).toBeFocused();
  expect(page.url()).not.toContain('story');
  await expect(page.locator('[data-points]')).toHaveCount(0);
  await page.reload();
  // The help leads there too, which is open beside any run.
  await playground.button('Help and keys').click();
  await page.getByRole('dialog').getByRole('button', { name: 'The story in five steps' }).click();
  await toldAt(page, 4);
  await expect(story(page)).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await toldAt(page, 5);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('main')).toBeFocused();
});

test('a link opens a step, which has a link of its own; one that cannot be used is refused', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('./#story=3');
  await toldAt(page, 3);
  // It has the focus, and so its keys.
  await page.keyboard.press('ArrowRight');
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
    ['story=2&recorded=vicreg', 'a step of the story beside a run'],
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
  await expect(page.locator('.progress:not(.order)')).toContainText('A recorded run is shown');
  expect(page.url()).not.toContain('hide');
});

/** A page of another site with the built site in a frame. @returns its address, and what ends its server */
async function pageAround(
  frame: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; close(): void }> {
  const { port, close } = await serve((_, response) => {
    for (const [name, value] of Object.entries({ 'Content-Type': 'text/html', ...headers }))
      response.setHeader(name, value);
    const body = `<h1>A lesson</h1><p><a href="#">A link before</a></p>${frame}<p style="height: 2000px">After</p>`;
    response.end(`<!doctype html><html lang="en"><title>A lesson</title><body>${body}</body></html>`);
  });
  return { url: `http://127.0.0.1:${port}/`, close };
}

const frameOf = (address: string, width = 480, height = 360) =>
  `<iframe src="${address}" width="${width}" height="${height}" title="DualGate" allow="clipboard-write; cross-origin-isolated"></iframe>`;

test('in a frame of another site the page fits, keeps to itself, and is quiet about what it is refused', async ({
  page,
  baseURL,
}) => {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  // The browser of the test keeps storage from frames; some also throw at its mention.
  await page.addInitScript(() => {
    if (window === window.top) return;
    const refuse = () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
    Object.defineProperty(window, 'localStorage', { get: refuse });
    Object.defineProperty(window, 'indexedDB', { get: refuse });
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) },
    });
  });
  const around = await pageAround(frameOf(`${baseURL}?embed#story=2&hide=settings,training`));
  try {
    await page.goto(around.url);
    const frame = page.frameLocator('iframe');
    const inside = page.frames()[1]!;
    await expect(frame.locator('section.story')).toContainText('set from 0.50 to 0.30');
    expect(await inside.evaluate(() => crossOriginIsolated)).toBe(false);
    await expect(frame.getByRole('alert')).toHaveCount(0);
    await expect(frame.getByText('Runs are not kept')).toHaveCount(0);
    for (const name of ['Start', 'Help and keys', 'Copy a link with these settings'])
      await expect(frame.getByRole('button', { name, exact: true })).toBeHidden();
    // The page around keeps its focus, its keys and its place.
    expect(await page.evaluate(() => [document.activeElement?.tagName, scrollY])).toEqual(['BODY', 0]);
    const slider = frame.getByRole('slider', { name: 'Step that is shown' });
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await expect(frame.locator('section.story')).toContainText('2 of 5');
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
    await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(78);

    // The scrolling that the key began may still be under way.
    const atTop = async () => {
      await page.evaluate(() => scrollTo(0, 0));
      await frames(page, 5);
      return page.evaluate(() => scrollY);
    };
    await expect.poll(atTop).toBe(0);
    await frame.getByRole('button', { name: 'Show it' }).click();
    await expect(frame.getByRole('region', { name: 'Compute budget' })).toBeInViewport();
    expect(await page.evaluate(() => scrollY)).toBe(0);
    for (const [width, height] of [
      [320, 240],
      [480, 360],
      [900, 600],
    ] as const) {
      await page.locator('iframe').evaluate(
        (element, [w, h]) => {
          element.setAttribute('width', w);
          element.setAttribute('height', h);
        },
        [`${width}`, `${height}`] as const,
      );
      for (const step of [1, 2, 3, 4, 5]) {
        await inside.evaluate((value) => {
          location.hash = `story=${value}`;
        }, step);
        await expect(frame.locator('section.story')).toContainText(STEPS[step - 1]![3]);
        expect(await inside.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
      const { violations } = await new AxeBuilder({ page }).include('iframe').analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
    }
    await frame.getByRole('button', { name: 'Copy link to this step' }).click();
    await expect(frame.getByRole('dialog').getByLabel('Link')).toHaveValue(`${baseURL}#story=5`);
    await frame.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const opened = page.waitForEvent('popup');
    await frame.getByRole('link', { name: 'Open in its own tab' }).click();
    const tab = await opened;
    await expect(tab.locator('section.story')).toContainText('5 of 5');
    expect(tab.url()).toMatch(/\/#story=5/);
    expect(faults).toEqual([]);
  } finally {
    around.close();
  }
});

test('a page that is itself isolated may hold it, and isolates it; it says where it is not', async ({
  page,
  baseURL,
}) => {
  const isolating = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
  const words = 'This page is not cross-origin isolated';
  for (const [headers, isIsolated] of [
    [isolating, true],
    [{}, false],
  ] as const) {
    const around = await pageAround(frameOf(`${baseURL}?embed#tab=device`), headers);
    await page.goto(around.url);
    const frame = page.frameLocator('iframe');
    await expect(frame.getByRole('region', { name: 'Device' })).toBeVisible();
    await expect(frame.getByText(words)).toHaveCount(isIsolated ? 0 : 1);
    around.close();
  }
});

test('a run trains in a frame of another site', async ({ page, baseURL }) => {
  const around = await pageAround(
    frameOf(`${baseURL}?embed#v=1&width=4&batch=8&steps=6&projector=32&engine=wasm`),
  );
  try {
    await page.goto(around.url);
    const frame = page.frameLocator('iframe');
    await expect(frame.getByText('The next run is set by a link')).toBeVisible();
    await frame.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(frame.locator('.progress:not(.order)')).toContainText('finished', { timeout: 120_000 });
  } finally {
    around.close();
  }
});

test('a dialog makes the link and the frame of what the page shows', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const playground = new Playground(page);
  await page.goto('./#recorded=vicreg&step=100');
  await expect(page.locator('[data-player]')).toContainText('step 100');
  await playground.tab('Channels');
  await playground.button('Embed this page, or set a link').click();
  const dialog = page.getByRole('dialog', { name: 'Embed this page, or set a link' });
  await expect(dialog).toContainText('It opens step 100 of this recorded run');
  await dialog.getByRole('checkbox', { name: 'tabs' }).check();
  await dialog.getByRole('checkbox', { name: 'settings' }).check();
  const link = dialog.getByLabel('Link', { exact: true });
  await expect(link).toHaveValue(/\/#recorded=vicreg&step=100&tab=channels&hide=settings,tabs$/);
  await dialog.getByRole('combobox', { name: 'Size' }).selectOption('640 × 480');
  expect(await seriousFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Copy HTML' }).click();
  await expect(dialog.getByRole('status')).toHaveText('HTML copied.');
  const html = await page.evaluate(() => navigator.clipboard.readText());
  expect(html).toMatch(/^<iframe src="[^"]+\?embed#recorded=vicreg&amp;step=100.*" width="640" height="480"/);

  await dialog.getByRole('button', { name: 'Close' }).click();

  // A narrow header has no room for the button.
  await page.setViewportSize({ width: 390, height: 800 });
  await expect(playground.button('Embed this page, or set a link')).toBeHidden();
  await playground.button('Help and keys').click();
  await page.getByRole('button', { name: 'Embed or set a link' }).click();
  await expect(link).toHaveValue(/step=100/);

  const around = await pageAround(html);
  try {
    await page.goto(around.url);
    const frame = page.frameLocator('iframe');
    await expect(frame.getByRole('region', { name: 'Channel distribution' })).toBeVisible();
    await expect(frame.getByRole('tablist', { name: 'Parts of the page' })).toBeHidden();
    await frame.getByRole('button', { name: 'Show all controls' }).click();
    await expect(frame.getByRole('tablist', { name: 'Parts of the page' })).toBeVisible();
  } finally {
    around.close();
  }
});
