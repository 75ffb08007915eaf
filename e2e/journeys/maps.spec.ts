import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { Playground } from './playground.ts';
import { PREPARATIONS, prepare, recorded } from './recordings.ts';

// Both maps are in sight without scrolling.
test.use({ viewport: { width: 1440, height: 1100 } });

const CLASSES = 10;
const TEST_IMAGES = PREPARATIONS.gated.tests;
/** What the last maps say of themselves. */
const LAST = 'epoch 3, step 30 · 15 neighbours';

/** A run of three evaluations, over, with its last maps drawn. */
async function trained(page: Page): Promise<Playground> {
  const playground = new Playground(page);
  await prepare(playground, PREPARATIONS.gated);
  await playground.button('Start').click();
  await playground.finished();
  await playground.mapsDrawn(LAST);
  return playground;
}

/** The canvas of a map that hears the pointer. */
function mapOf(page: Page, branch: 'Dense' | 'Gated'): Locator {
  return page
    .getByRole('figure')
    .filter({ hasText: `${branch} branch` })
    .locator('canvas')
    .last();
}

/** Drags round a part of a map; corners are shares of its width and height. */
async function lasso(map: Locator, corners: readonly (readonly [number, number])[]): Promise<void> {
  await map.scrollIntoViewIfNeeded();
  const box = (await map.boundingBox())!;
  const { mouse } = map.page();
  for (const [i, [x, y]] of corners.entries()) {
    await mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
    if (i === 0) await mouse.down();
  }
  await mouse.up();
}

const LEFT_HALF = [
  [0.01, 0.01],
  [0.5, 0.01],
  [0.5, 0.99],
  [0.01, 0.99],
] as const;
const RIGHT_HALF = [
  [0.5, 0.01],
  [0.99, 0.01],
  [0.99, 0.99],
  [0.5, 0.99],
] as const;

async function sizeOf(page: Page, group: 'A' | 'B'): Promise<number> {
  const text = await page.getByRole('button', { name: new RegExp(`Group ${group} · `) }).textContent();
  return Number(text!.split('· ')[1]!.replaceAll(',', ''));
}

/** A number made from the pixels of a canvas, which changes when anything is drawn. */
function inkOf(canvas: Locator): Promise<number> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const { width, height } = element;
    const { data } = element.getContext('2d')!.getImageData(0, 0, width, height);
    return data.reduce((sum, value, i) => sum + (i % 4 === 3 && value > 0 ? 1 : 0), 0);
  });
}

/** From now on, looks at a canvas in every frame, and counts on it how many different pictures it has shown. */
function startSampling(canvas: Locator): Promise<void> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const seen = new Set<string>();
    const sampling = String(performance.now());
    element.dataset.sampling = sampling;
    const look = () => {
      if (element.dataset.sampling !== sampling) return;
      element.dataset.pictures = String(seen.add(element.toDataURL()).size);
      requestAnimationFrame(look);
    };
    look();
  });
}

/** How many different pictures a canvas has shown since. */
async function picturesOf(canvas: Locator): Promise<number> {
  return Number(await canvas.getAttribute('data-pictures'));
}

/** Whether a canvas shows the same for ten frames. */
function isStill(canvas: Locator): Promise<boolean> {
  return canvas.evaluate(async (element: HTMLCanvasElement) => {
    const first = element.toDataURL();
    for (let frame = 0; frame < 10; frame++) {
      await new Promise(requestAnimationFrame);
      if (element.toDataURL() !== first) return false;
    }
    return true;
  });
}

test('a lasso on a map gathers images, says which channels tell them apart, and saves them', async ({
  page,
  browser,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.openRun('three epochs.json', await recorded(browser, 'gated'));
  await playground.mapsDrawn(LAST);
  const separation = page.getByRole('region', { name: 'Channels that tell the groups apart' });
  const network = playground.panel('Network');

  await test.step('the key L takes the lasso, a loop makes group A', async () => {
    const before = await mapOf(page, 'Dense').boundingBox();
    await page.keyboard.press('l');
    await expect(playground.button('Lasso')).toHaveAttribute('aria-pressed', 'true');
    await expect(playground.panel('Maps of the test images')).toContainText('Drag a loop round points');
    expect(await mapOf(page, 'Dense').boundingBox(), 'the maps stay where they are').toEqual(before);
    await lasso(mapOf(page, 'Dense'), LEFT_HALF);
    await expect.poll(() => sizeOf(page, 'A')).toBeGreaterThan(10);
    await expect(separation).toContainText('against the other');
    await expect(network).toContainText('group A against the rest');
    await expect(network.locator('.dot.telling').first()).toBeVisible();
  });

  await test.step('a loop on the other map makes group B, and no image is in both', async () => {
    await page.getByRole('button', { name: /Group B/ }).click();
    await lasso(mapOf(page, 'Gated'), RIGHT_HALF);
    await expect.poll(() => sizeOf(page, 'B')).toBeGreaterThan(10);
    expect((await sizeOf(page, 'A')) + (await sizeOf(page, 'B'))).toBeLessThanOrEqual(TEST_IMAGES);
    await expect(separation).toContainText('against group B');
  });

  await test.step('nothing of it shuts anyone out', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFaults(page), colorScheme).toEqual([]);
    }
  });

  await test.step('the saved gates give the rates and the z of the table', async () => {
    const download = page.waitForEvent('download');
    await playground.button('Save selection (CSV)').click();
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n');
    const columns = lines[0]!.split(',');
    const images = lines
      .slice(1)
      .map((line) => Object.fromEntries(line.split(',').map((v, i) => [columns[i]!, v])));
    const [a, b] = ['A', 'B'].map((group) => images.filter((image) => image.group === group));
    expect([a!.length, b!.length]).toEqual([await sizeOf(page, 'A'), await sizeOf(page, 'B')]);
    expect(images.every((image) => Number.isFinite(Number(image['dense x'])))).toBe(true);
    const cells = await separation.getByRole('row').nth(1).getByRole('cell').allTextContents();
    const [block, channel] = [cells[0]!, Number(cells[1])];
    const open = (group: typeof images) =>
      group.filter((image) => image[`gates ${block}`]![channel] === '1').length;
    const rate = (group: typeof images) => open(group) / group.length;
    expect(cells[2]).toBe(`${(100 * rate(a!)).toFixed(0)} %`);
    expect(cells[3]).toBe(`${(100 * rate(b!)).toFixed(0)} %`);
    const pooled = (open(a!) + open(b!)) / images.length;
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / a!.length + 1 / b!.length));
    expect(Number(cells[4]!.replace('−', '-'))).toBeCloseTo((rate(a!) - rate(b!)) / error, 1);
  });

  await test.step('Escape lets go of everything; classes make a group without a pointer', async () => {
    await page.keyboard.press('Escape');
    await expect(separation).toHaveCount(0);
    await expect(network).toContainText('average over test images');
    await page.keyboard.press('l');
    await page.keyboard.press('3');
    await playground.button('Take the classes in focus').click();
    await expect.poll(() => sizeOf(page, 'A')).toBe(TEST_IMAGES / CLASSES);
    await expect(separation).toContainText(`against the other (${TEST_IMAGES - TEST_IMAGES / CLASSES})`);
  });
});

test('pointing at an image lights up its twin, and the strip shows its gates', async ({ page }) => {
  const playground = await trained(page);
  // The window is so narrow that the strip’s keys take two lines at rest, and those of one image would take
  // one.
  await page.setViewportSize({ width: 1280, height: 1100 });
  const network = playground.panel('Network');
  const figure = page.getByRole('figure').filter({ hasText: 'Gated branch' });
  const before = await inkOf(figure.locator('canvas').last());
  expect(before).toBe(0);

  const map = mapOf(page, 'Dense');
  // The whole map must be on the screen: the mouse is moved by places on it.
  await map.scrollIntoViewIfNeeded();
  const box = (await map.boundingBox())!;
  await test.step('somewhere along the diagonals there is an image', async () => {
    for (let i = 2; i < 98; i++) {
      const y = i % 2 === 0 ? i : 100 - i;
      await page.mouse.move(box.x + (i / 100) * box.width, box.y + (y / 100) * box.height);
      if (/Image \d+: /.test((await page.locator('.map-foot').first().textContent())!)) break;
    }
    await expect(network).toContainText(/image \d+ \(\w+\), epoch 3/);
    expect(await inkOf(figure.locator('canvas').last())).toBeGreaterThan(0);
  });

  await test.step('the map stays under the pointer', async () => {
    expect(await map.boundingBox()).toEqual(box);
  });

  await test.step('its gates are the strip’s, block by block', async () => {
    const words = await network.locator('.gates').first().getAttribute('aria-label');
    const [, open, all] = /^layer1\.0: (\d) of (\d) channels open for image \d+$/.exec(words!)!;
    expect(Number(open)).toBeLessThanOrEqual(Number(all));
    await expect(network.locator('.gates').first().locator('.dot.on')).toHaveCount(Number(open));
    await expect(network.locator('.gates').first().locator('.dot')).toHaveCount(4);
  });

  await test.step('away from the map the strip is the test set’s again; a number keeps an image', async () => {
    await page.mouse.move(2, 2);
    await expect(network).toContainText('average over test images');
    await playground.panel('Maps of the test images').getByRole('spinbutton', { name: 'Image' }).fill('7');
    await expect(network).toContainText('image 7 (');
    expect(await inkOf(figure.locator('canvas').last())).toBeGreaterThan(0);
  });

  await test.step('a run file brings the gates of its images along', async () => {
    const gates = () =>
      network
        .locator('.gates')
        .evaluateAll((blocks) => blocks.map((block) => block.getAttribute('aria-label')));
    const live = await gates();
    expect(live[7]).toContain('open for image 7');
    const { text } = await playground.exported('Run');
    await playground.button('Reset').click();
    await playground.drop([{ name: 'mine.json', bytes: Buffer.from(text) }]);
    await playground.panel('Maps of the test images').getByRole('spinbutton', { name: 'Image' }).fill('7');
    await expect(network).toContainText('image 7 (');
    expect(await gates()).toEqual(live);
    await expect(page.getByLabel('UMAP')).toBeDisabled();
  });
});

test('colours say the class, whether 20-NN is right, the MACs, or one gate; pictures can be hidden', async ({
  page,
  browser,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.openRun('three epochs.json', await recorded(browser, 'gated'));
  await playground.mapsDrawn(LAST);
  const panel = playground.panel('Maps of the test images');
  const canvas = panel.getByRole('figure').filter({ hasText: 'Gated branch' }).locator('canvas');
  const keys = panel.locator('.map-keys');
  const picture = () => canvas.first().evaluate((drawn: HTMLCanvasElement) => drawn.toDataURL());
  const seen = new Set([await picture()]);

  for (const [choice, words] of [
    ['20-NN right or wrong', /20-NN wrong \(\d+ gated\) *20-NN right \(\d+ gated\)/],
    ['MACs of the image', /fewest MACs, [\d.]+ [kM].*most, [\d.]+ [kM]/],
    ['one gate', /closed \(\d+\) *open \(\d+\)/],
  ] as const) {
    await panel.getByLabel('Colour', { exact: true }).selectOption({ label: choice });
    await expect(keys).toHaveText(words);
    seen.add(await picture());
  }
  expect(seen.size).toBeGreaterThanOrEqual(3);
  const counted = async () => {
    const [, closed, open] = /closed \((\d+)\) *open \((\d+)\)/.exec((await keys.textContent())!)!;
    return [Number(closed), Number(open)];
  };
  await panel.getByLabel('Block of the gate').selectOption('layer1.0');
  await panel.getByLabel('channel', { exact: true }).fill('1');
  const [closed, open] = await counted();
  expect(closed! + open!).toBe(TEST_IMAGES);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page), colorScheme).toEqual([]);
  }
  await panel.getByLabel('Colour', { exact: true }).selectOption('class');
  await expect(keys).toHaveText('');
  await expect.poll(picture).toBe([...seen][0]);

  await expect(panel.getByRole('region', { name: /^Card of image/ })).toHaveCount(2);
  await expect(panel).toContainText(/The images that cost least and most differ in \d+ of \d+ gates/);
  await panel.getByRole('spinbutton', { name: 'Image', exact: true }).fill('7');
  await expect(panel.getByRole('region', { name: /^Card of image/ })).toHaveCount(1);
  await expect.poll(() => inkOf(canvas.last())).toBeGreaterThan(0);
  const card = panel.getByRole('region', { name: 'Card of image 7' });
  await expect(card).toContainText(
    /Image 7: \w+.*[\d.]+ [kM] MACs, [+−]\d+ % against the mean of [\d.]+ [kM]/,
  );
  await expect(card.getByRole('img', { name: /^Image \d+: / })).toHaveCount(1);
  await expect(card).toContainText(`Nearest by features of ${TEST_IMAGES} map images`);
  for (const branch of ['Dense', 'Gated'])
    await expect(
      card
        .getByRole('toolbar', { name: `${branch} neighbours of image 7` })
        .getByRole('button', { name: /^Image \d+: \w+, (the same class|another class)$/ }),
    ).toHaveCount(5);
  await expect(panel).toContainText('Run files hold no pictures.');
  await expect(card.getByRole('img', { name: /^Open channels by block: layer1\.0 \d+ %, / })).toBeVisible();
  await expect(panel.locator('.twin-line line')).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);
  const pictures = panel.getByRole('checkbox', { name: 'pictures' });
  await pictures.uncheck();
  await page.reload();
  await expect(pictures).not.toBeChecked();
  await pictures.check();
});

test('maps are drawn anew by the paper’s settings, and channels are shown in four ways', async ({ page }) => {
  const playground = await trained(page);
  const dense = page.getByRole('figure').filter({ hasText: 'Dense branch' }).locator('canvas').first();
  await test.step('the map morphs from one layout to the other', async () => {
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await startSampling(dense);
    await page.getByLabel('UMAP').selectOption('paper');
    await playground.mapsDrawn('epoch 3, step 30 · 50 neighbours');
    await expect.poll(() => picturesOf(dense)).toBeGreaterThan(3);
    await expect.poll(() => isStill(dense)).toBe(true);
  });
  await test.step('and jumps for who prefers less motion', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await startSampling(dense);
    await page.getByLabel('UMAP').selectOption('quick');
    await playground.mapsDrawn(LAST);
    await expect.poll(() => isStill(dense)).toBe(true);
    expect(await picturesOf(dense)).toBe(2);
  });
  await test.step('PCA takes the place of UMAP on both maps, and UMAP that of PCA again', async () => {
    await page.getByLabel('UMAP').selectOption('pca');
    for (const branch of ['dense', 'gated'])
      await expect(page.getByTestId(`${branch}-map`)).toHaveText('PCA · epoch 3, step 30');
    await page.getByLabel('UMAP').selectOption('quick');
    await playground.mapsDrawn(LAST);
  });

  await page.getByRole('tab', { name: 'Channels' }).click();
  const distribution = playground.panel('Channel distribution');
  await expect(distribution.locator('rect')).toHaveCount(8 * 3);
  const overTime = playground.panel('Channels over time');
  await expect(overTime.locator('rect')).toHaveCount(8 * 3);
  await expect(overTime).toContainText('3 evaluations');
  const { name, text } = await playground.saved('Channels over time', 'Save CSV');
  expect(name).toBe('dualgate-channels-over-time.csv');
  expect(
    text
      .trim()
      .split('\r\n')
      .map((line) => line.split(',')[0]),
  ).toEqual(['epoch', '1', '2', '3']);

  const byClass = playground.panel('Channels by class');
  await expect(byClass).toContainText(`${TEST_IMAGES} map images`);
  await expect(byClass.locator('rect')).toHaveCount(CLASSES * 8);
  await byClass
    .getByRole('combobox', { name: 'Columns' })
    .selectOption({ label: 'layer2.0: its 8 channels' });
  await expect(byClass.locator('rect')).toHaveCount(CLASSES * 8);
  await expect(byClass).toContainText('channel of layer2.0');

  const single = playground.panel('Gates of one image');
  await single.getByRole('spinbutton', { name: 'Image' }).fill('12');
  await playground.menu('Gates of one image', 'View as table');
  const bits = await single.getByRole('row').nth(1).getByRole('cell').last().textContent();
  expect(bits).toMatch(/^[01]{4}$/);
  await playground.tab('Run');
  await expect(playground.panel('Network').locator('.gates').first()).toHaveAttribute(
    'aria-label',
    `layer1.0: ${bits!.replaceAll('0', '').length} of 4 channels open for image 12`,
  );
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page), colorScheme).toEqual([]);
  }
});
