import { expect, type Page, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { clippedTexts } from './clipped.ts';
import { standsOut } from './contrast.ts';
import { frames } from './frames.ts';
import { cifarRecords, Playground } from './playground.ts';

// The page as people see it who use other widths, colours, speeds or hands than those who made it.

const TABS = ['Run', 'Compare', 'Channels', 'Views', 'Evaluate', 'Mask lab', 'Runs', 'Export', 'Device'];
const IMAGES = [
  { name: 'data_batch_1.bin', bytes: cifarRecords(120) },
  { name: 'test_batch.bin', bytes: cifarRecords(60) },
];

/** The open page, on which the recorded run stands still at its end. */
async function still(page: Page): Promise<Playground> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const playground = new Playground(page);
  await playground.open();
  await expect(playground.panel('Result')).toBeVisible();
  await expect(playground.panel('Loss').locator('svg.recharts-surface')).toBeVisible();
  return playground;
}

/** Opens a tab, and waits until what it draws is there. */
async function show(playground: Playground, tab: string): Promise<void> {
  const { page } = playground;
  await playground.tab(tab);
  await expect(page.getByRole('tabpanel').locator('.panel, .runs, table').first()).toBeVisible();
  await expect(page.getByRole('tabpanel').getByText('Loading', { exact: true })).toHaveCount(0);
  await frames(page, 3);
}

test('no text is cut off in any tab, from 390 to 1920 pixels', async ({ page }) => {
  const playground = await still(page);
  await playground.settings(false);
  for (const width of [1920, 1440, 1280, 1024, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const tab of TABS) {
      await show(playground, tab);
      expect(await clippedTexts(page), `${tab} at ${width}`).toEqual([]);
    }
  }
});

test('no setting of the next run is cut off, whatever is chosen', async ({ page }) => {
  const playground = await still(page);
  const drawer = page.getByRole('complementary', { name: 'Next run' });
  const advanced = playground.panel('Hyper-parameters').getByText('Advanced');
  await advanced.click();
  const choices = await playground.panel('Method').getByRole('radio').count();
  expect(choices).toBeGreaterThan(3);
  for (let choice = 0; choice < choices; choice++) {
    await playground.panel('Method').getByRole('radio').nth(choice).check();
    for (const select of await drawer.getByRole('combobox').all()) {
      const values = await select
        .locator('option:enabled')
        .evaluateAll((options: HTMLOptionElement[]) => options.map(({ value }) => value));
      // Choosing a preset or an engine changes the whole drawer, not the room that its names have.
      for (const value of values.slice(0, 6)) {
        await select.selectOption(value);
        expect(await clippedTexts(page)).toEqual([]);
      }
      await select.selectOption(values[0]!);
    }
  }
});

test('at 200 % the header is one row, and everything is read', async ({ page }) => {
  const playground = await still(page);
  // A window of 1440 pixels at 200 % has room for 720.
  await page.setViewportSize({ width: 720, height: 450 });
  for (const tab of TABS) {
    await show(playground, tab);
    expect(await clippedTexts(page), tab).toEqual([]);
  }
  const heights = await page.evaluate(() =>
    ['.header', '.tab-row'].map((part) => document.querySelector(part)!.getBoundingClientRect().height),
  );
  expect(heights[0]).toBeLessThan(60);
  expect(heights[1]).toBeLessThan(40);
});

for (const [scheme, canvas] of [
  ['light', [255, 255, 255]],
  ['dark', [0, 0, 0]],
] as const) {
  test(`forced colours, ${scheme}, leave the figures their data and the controls their state`, async ({
    page,
  }) => {
    await page.emulateMedia({ forcedColors: 'active', colorScheme: scheme });
    const playground = await still(page);
    // The colours of the system hold, whatever theme was chosen on the page.
    await playground.button(scheme === 'dark' ? 'Light theme' : 'Dark theme').click();
    const network = playground.panel('Network');
    const seen = (place: string) => standsOut(page.locator(place).first(), canvas);
    await network.scrollIntoViewIfNeeded();
    for (const kind of ['on', 'dependent', 'off'])
      expect(await seen(`.gates .dot.${kind}`), `dot ${kind}`).toBeGreaterThan(0.25);
    const inside = await page
      .locator('.gates .dot.on, .gates .dot.dependent, .gates .dot.off')
      .evaluateAll((dots) => new Set(dots.map((dot) => getComputedStyle(dot).background)).size);
    expect(inside, 'kinds of dots that look different').toBeGreaterThanOrEqual(3);
    for (const bar of ['.network .stack', '.network .macs > .gated', '.gauge > .needle'])
      expect(await seen(bar), bar).toBeGreaterThan(0.15);
    // Beside a recorded run the bar keeps its place unseen; seen, it is as it is for a run that trains.
    await page.locator('.progress progress').evaluate((bar) => bar.classList.remove('unseen'));
    for (const part of [
      '.open-bars',
      '.progress progress',
      '[role="tab"][aria-selected="true"]',
      '.map canvas',
    ])
      expect(await seen(part), part).toBeGreaterThan(0.015);
    expect(await seen('.chart .recharts-surface'), 'curves').toBeGreaterThan(0.01);
    expect(await seen('.pareto svg'), 'marks').toBeGreaterThan(0.005);
    for (const tab of ['Run', 'Compare', 'Channels']) {
      await show(playground, tab);
      expect(await seriousFaults(page), tab).toEqual([]);
    }
    await playground.button('Help and keys').click();
    expect(await seriousFaults(page)).toEqual([]);
  });
}

test('axe finds no serious fault in any tab, light and dark, wide and narrow', async ({ page }) => {
  const playground = await still(page);
  // Colours are the same on a narrow page, so each width has one of the two.
  for (const [width, colorScheme] of [
    [1440, 'light'],
    [390, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await playground.settings(false);
    for (const tab of TABS) {
      await show(playground, tab);
      expect(await seriousFaults(page), `${tab}, ${colorScheme}, ${width}`).toEqual([]);
    }
  }
});

test('the marks of each axis are there once, while a run plays and is played again', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await page.getByLabel('Speed of the player').selectOption({ index: 2 });
  const slider = page.getByRole('slider', { name: 'Step that is shown' });
  const doubles = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('.recharts-cartesian-axis, .heat-map svg')].flatMap((axis) => {
        const texts = [...axis.querySelectorAll('text')].map(
          (text) =>
            `${text.textContent} ${Math.round(text.getBoundingClientRect().x)} ${Math.round(text.getBoundingClientRect().y)}`,
        );
        return texts.filter((text, i) => texts.indexOf(text) !== i);
      }),
    );
  // The recorded run has some hundred steps. Before it comes, there is one.
  await expect(slider).toHaveAttribute('max', /^\d{3}$/);
  const last = Number(await slider.getAttribute('max'));
  for (const step of [20, 60, 120, last, 10, 90]) {
    await slider.fill(String(step));
    await frames(page, 40);
    expect(await doubles(), `step ${step}`).toEqual([]);
  }
  await slider.fill(String(last));
  const lines = playground.panel('Log').getByRole('listitem').locator('span:first-child');
  await expect(lines.first()).toHaveText(`step ${last}`);
  const steps = await lines.allTextContents();
  const told = steps.map((text) => Number(text.replace('step ', '')));
  expect(told.length).toBeGreaterThan(3);
  expect(told, 'newest line first').toEqual(told.toSorted((a, b) => b - a));
  await playground.tab('Channels');
  const columns = playground.panel('Channels over time').locator('svg text');
  await expect(playground.panel('Channels over time')).toContainText('evaluated after step');
  const names = (await columns.allTextContents()).filter((text) => /^[\d,]+$/.test(text));
  expect(new Set(names).size).toBe(names.length);
});

test('every stop of the Tab key shows its focus, below the header, and dialogs give it back', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const playground = await still(page);
  const stops: string[] = [];
  const hidden: string[] = [];
  const next = async (key: string) => {
    await page.keyboard.press(key);
    return page.evaluate(() => {
      const element = document.activeElement ?? document.body;
      const { outlineStyle } = getComputedStyle(element);
      const { top, bottom, width } = element.getBoundingClientRect();
      const header = document.querySelector('.top')!.getBoundingClientRect();
      const under = element.closest('main') !== null && top < header.bottom - 1 && bottom < header.bottom + 8;
      return {
        name: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)}`,
        shown: outlineStyle !== 'none' && width > 1 && !under,
        end: element === document.body,
      };
    });
  };
  for (let stop = await next('Tab'); !stop.end && stops.length < 150; stop = await next('Tab')) {
    stops.push(stop.name);
    if (!stop.shown) hidden.push(stop.name);
  }
  expect(stops.length, stops.join('; ')).toBeLessThan(100);
  // Going back, stops come from below the header, which lies over the page.
  for (let i = 0; i < stops.length; i++) {
    const stop = await next('Shift+Tab');
    if (!stop.shown && !stop.end) hidden.push(`back: ${stop.name}`);
  }
  expect(hidden).toEqual([]);

  const pareto = playground.panel('Accuracy against MACs').locator('.pareto-mark');
  expect(await pareto.count()).toBeGreaterThan(10);
  await expect(playground.panel('Accuracy against MACs').locator('.pareto-mark[tabindex="0"]')).toHaveCount(
    1,
  );
  await playground.panel('Accuracy against MACs').locator('.pareto-mark[tabindex="0"]').focus();
  const said = playground.panel('Accuracy against MACs').getByRole('status');
  const first = await said.textContent();
  await page.keyboard.press('ArrowRight');
  await expect(said).not.toHaveText(first!);
  await page.keyboard.press('Home');
  await expect(said).toHaveText(first!);

  for (const [opener, dialog] of [
    ['Help and keys', 'What happens here'],
    ['From Hugging Face…', 'From Hugging Face'],
  ] as const) {
    await playground.button(opener).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible();
    const plain = await page
      .getByRole('dialog', { name: dialog })
      .locator('button, input, select')
      .evaluateAll((all) => all.filter((one) => getComputedStyle(one).borderRadius !== '6px').length);
    expect(plain, `controls without the page’s style in ${dialog}`).toBe(0);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: dialog })).toHaveCount(0);
    await expect(playground.button(opener)).toBeFocused();
  }
  const menu = playground.button('Menu of Loss');
  await menu.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(menu).toBeFocused();
});

test('offline the recorded run plays, a run under way goes on, and what cannot be had says so', async ({
  page,
  context,
}) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 100_000 });
  await playground.dropImages(IMAGES);
  await context.setOffline(true);
  const slider = page.getByRole('slider', { name: 'Step that is shown' });
  const before = Number(await slider.inputValue());
  await expect.poll(async () => Number(await slider.inputValue())).not.toBe(before);
  await playground.tab('Mask lab');
  const broke = playground.alert.filter({ hasText: 'Mask lab' });
  await expect(broke).toContainText('This browser is offline: connect, then try again.');
  await playground.button('Start').click();
  await expect(playground.alert.filter({ hasText: 'because this browser is offline' })).toBeVisible();

  await context.setOffline(false);
  await broke.getByRole('button', { name: 'Try again' }).click();
  await expect(playground.panel('Masks at equal MACs')).toBeVisible();
  await playground.button('Start').click();
  await playground.reachStep(2);
  await context.setOffline(true);
  await playground.reachStep((await playground.steps()) + 10);
  await playground.button('End the run now and evaluate it').click();
  await playground.finished();
  await playground.tab('Run');
  await expect(playground.panel('Result')).toBeVisible();
});

test.describe('a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

  test('a finger opens the settings, keeps an image, and hits every button', async ({ page }) => {
    const playground = await still(page);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('button, select, summary, .pareto-mark')]
        .filter((element) => element.checkVisibility())
        .map((element) => ({ element, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width < 24 || box.height < 24)
        .map(({ element }) => element.getAttribute('aria-label') ?? element.textContent),
    );
    expect(small, 'narrower than 24 pixels').toEqual([]);

    await playground.button('Settings of the next run').tap();
    const sheet = page.getByRole('dialog', { name: 'Next run' });
    await expect(sheet).toBeVisible();
    expect(await clippedTexts(page)).toEqual([]);
    await playground.button('Close the settings').tap();
    await expect(sheet).toHaveCount(0);

    const map = page.locator('figure.map:visible canvas').last();
    await map.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await map.boundingBox())!;
    const foot = page.locator('.map-foot').first();
    // Somewhere on the map there is an image within reach of the finger.
    for (let place = 1; place < 64 && !/Image \d+: /.test((await foot.textContent())!); place++)
      await page.touchscreen.tap(
        x + ((place % 8) + 0.5) * (width / 8),
        y + (Math.floor(place / 8) + 0.5) * (height / 8),
      );
    await expect(foot).toContainText(/Image \d+: /);
    await expect(page.getByRole('region', { name: /^Card of image/ })).toHaveCount(1);
    expect(await clippedTexts(page)).toEqual([]);
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('a run is trained without the page ever being wider than the phone', async ({ page }) => {
    const playground = await still(page);
    await playground.settings(true);
    await playground.makeSmall({ batch: 8, steps: 100_000 });
    await playground.dropImages(IMAGES);
    await playground.settings(false);
    await playground.button('Start').tap();
    await playground.reachStep(3);
    expect(await clippedTexts(page), 'training').toEqual([]);
    await playground.button('Pause').tap();
    await expect(playground.button('Resume')).toBeVisible();
    expect(await clippedTexts(page), 'paused').toEqual([]);
    await playground.button('End the run now and evaluate it').tap();
    await playground.finished();
    expect(await clippedTexts(page), 'finished').toEqual([]);
  });

  test('a link opens a tab whose title is then in view', async ({ page }) => {
    await page.goto('./#tab=device');
    await expect(page.getByRole('tab', { name: 'Device' })).toBeInViewport({ ratio: 0.95 });
  });
});
