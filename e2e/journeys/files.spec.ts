import { expect, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';
import { recorded } from './recordings.ts';

test('CIFAR-10 files that are dropped are trained on', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 5 });
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(120) },
    { name: 'test_batch.bin', bytes: cifarRecords(60) },
  ]);
  const data = playground.panel('Data');
  await expect(data.getByRole('radio', { name: 'Your files' })).toBeChecked();
  await expect(data).toContainText('data_batch_1.bin');
  await playground.button('Start').click();
  await playground.finished();
  await expect(page.locator('.notes')).toContainText('120 training, 60 test images');
  await expect(playground.panel('Maps of the test images')).toContainText('60 of 60 test images');
  await expect(playground.alert).toHaveCount(0);
});

for (const { what, bytes, says } of [
  {
    what: 'a truncated file',
    bytes: cifarRecords(20).subarray(0, 20 * 3073 - 5),
    says: /multiple of 3,?073 bytes, got 61,?455/,
  },
  {
    what: 'a label outside 0 to 9',
    bytes: withLabel(cifarRecords(20), 7, 11),
    says: /label[\s\S]*11|11[\s\S]*label/i,
  },
  { what: 'an empty file', bytes: new Uint8Array(0), says: /empty/i },
  { what: 'a picture', bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), says: /PNG/ },
]) {
  test(`${what} is refused with a reason, and the next run still starts`, async ({ page }) => {
    const playground = new Playground(page);
    await playground.open();
    await playground.makeSmall({ batch: 8, steps: 2 });
    await playground.dropImages([{ name: 'data_batch_1.bin', bytes }]);
    await playground.button('Start').click();
    await expect(playground.alert).toContainText('These images cannot be used');
    await expect(playground.alert).toContainText(says);
    await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(100) }]);
    await playground.button('Start').click();
    await playground.finished();
    await expect(playground.alert).toHaveCount(0);
  });
}

test('a run is saved, thrown away, and looked at again from its file', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 6 });
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(100) }]);
  await playground.button('Start').click();
  await playground.finished();
  await playground.mapsDrawn('epoch 1, step 6');
  const result = await playground.panel('Result').textContent();
  const { name, text } = await playground.exported('Run');
  expect(name).toMatch(/^dualgate-run-dual-gating-w2-.*step6\.dualgate\.json$/);
  const run = JSON.parse(text);
  expect(run).toMatchObject({ format: 'dualgate-run', version: 1, config: { width: 2, batch: 8, steps: 6 } });
  expect(run.steps).toHaveLength(6);
  expect(run.weights.format).toBe('dualgate-weights');

  await playground.button('Reset').click();
  await expect(page.locator('.progress:not(.order)')).toContainText('Ready to start');
  await playground.drop([{ name: 'mine.json', bytes: Buffer.from(text) }]);
  await expect(page.getByText('opened: mine.json')).toBeVisible();
  expect(await playground.panel('Result').textContent()).toBe(result);
  await expect(page.getByTestId('gated-map')).toContainText('UMAP · epoch 1, step 6');
  await expect(playground.panel('Network').locator('.gates')).toHaveCount(8);
});

test('figures leave the page as tables and as drawings that stand alone', async ({ page, browser }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.openRun('thirty steps.json', await recorded(browser, 'gated'));
  await expect(playground.panel('Loss').locator('.recharts-line-curve').last()).toHaveAttribute('d', /L/);

  const csv = await playground.saved('Loss', 'Save CSV');
  const [head, ...rows] = csv.text.trim().split('\r\n');
  expect(csv.name).toBe('dualgate-loss.csv');
  expect(head).toMatch(/^step,epoch,loss,/);
  expect(rows.map((row) => row.split(',')[0])).toEqual(Array.from({ length: 30 }, (_, i) => String(i + 1)));
  const svg = await playground.saved('Loss', 'Save SVG');
  expect(svg.text).toMatch(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg.text).not.toContain('var(');
  expect(svg.text).toContain('</text>');
  const png = await playground.saved('Maps of the test images', 'Save PNG');
  expect(png.text.slice(1, 4)).toBe('PNG');
  const map = await playground.saved('Maps of the test images', 'Save SVG');
  expect(map.name).toBe('dualgate-gated-map.svg');
  expect(map.text.match(/<circle /g)?.length).toBe(150);
  const strip = await playground.saved('Network', 'Save SVG');
  expect(strip.text).not.toContain('var(');
  expect(strip.text).toMatch(/<text[^>]*>4\.1<\/text>/);
  expect(strip.text.match(/<rect /g)!.length).toBeGreaterThan(40);

  await playground.menu('Loss', 'View as table');
  // There is no drawing to save while the table stands in its place.
  await playground.panel('Loss').getByRole('button', { name: 'Menu of Loss' }).click();
  await expect(playground.panel('Loss').getByRole('button', { name: 'Save CSV' })).toBeVisible();
  await expect(playground.panel('Loss').getByRole('button', { name: 'Save PNG' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(playground.panel('Loss').getByRole('row')).toHaveCount(31);
});

test('a file that is no run is refused with a reason, and the run on the page stays', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.drop([{ name: 'notes.json', bytes: Buffer.from('{"hello": "world"}') }]);
  await expect(playground.alert).toContainText('notes.json could not be opened');
  await expect(playground.alert).toContainText('dualgate-run');
  await playground.button('Dismiss').click();
  await expect(playground.alert).toHaveCount(0);
});

test('reset asks before it throws an unsaved run away', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 100_000 });
  // There are so many images that no epoch ends here. Just after an epoch's checkpoint nothing would be lost,
  // and the page would not ask.
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(3000) }]);
  await playground.button('Start').click();
  await playground.reachStep(2);
  await page.keyboard.press('r');
  await expect(page.getByRole('dialog')).toContainText('Throw this run away?');
  await playground.button('Keep it').click();
  const before = await playground.steps();
  await playground.reachStep(before + 2);
  await playground.button('Reset').click();
  await playground.button('Throw away').click();
  await expect(page.locator('.progress:not(.order)')).toContainText('Ready to start');
});

function withLabel(bytes: Uint8Array, record: number, label: number): Uint8Array {
  bytes[record * 3073] = label;
  return bytes;
}
