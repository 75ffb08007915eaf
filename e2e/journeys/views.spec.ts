import { expect, type Locator, test } from '@playwright/test';
import { decodeRecords } from '../../src/data/formats/cifar.ts';
import { presetFor } from '../../src/presets.ts';
import { viewPair } from '../../src/session/views/viewPair.ts';
import { axeOn } from './accessibility.ts';
import { cifarRecords, Playground } from './playground.ts';

const RECORDS = cifarRecords(30);
const FILES = [
  { name: 'data_batch_1.bin', bytes: RECORDS },
  { name: 'test_batch.bin', bytes: cifarRecords(10) },
];

/** The bytes that a canvas shows: u8 [side, side, 3]. */
async function pixelsOf(canvas: Locator): Promise<number[]> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext('2d')!.getImageData(0, 0, element.width, element.height);
    return [...data].filter((_, i) => i % 4 < 3);
  });
}

test('any image is shown with its two views, the very ones that training makes', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages(FILES);
  await playground.tab('Views');
  const views = playground.panel('Views');
  await expect(views).toContainText('30 training images of 32 × 32 px');

  const images = decodeRecords('data_batch_1.bin', [{ name: 'data_batch_1.bin', bytes: RECORDS }]);
  const { config } = presetFor('cifar10');
  const shown = async (index: number, draw: number) => {
    const pair = viewPair(images, { config, index, draw });
    await expect
      .poll(() => pixelsOf(views.getByRole('img', { name: `Image ${index},` })))
      .toEqual([...pair.original]);
    for (const [i, { pixels }] of pair.views.entries()) {
      await expect
        .poll(() => pixelsOf(views.getByRole('img', { name: `View ${i + 1}, for the` })))
        .toEqual([...pixels]);
    }
    const [first] = pair.views;
    const { crop } = first.parameters;
    await expect(views.locator('.drawn').first()).toContainText(
      `${crop.width} × ${crop.height} px from (${crop.left}, ${crop.top})`,
    );
    await expect(views).toContainText(pair.label!);
  };
  await shown(0, 0);
  await views.getByRole('spinbutton', { name: 'Image' }).fill('17');
  await shown(17, 0);
  await views.getByRole('button', { name: 'Draw again' }).click();
  await shown(17, 1);
  // By keyboard: a toolbar's arrows walk through the images, and a page's arrow does not start a run.
  await views.getByRole('button', { name: 'Next image' }).focus();
  await page.keyboard.press('ArrowRight');
  await shown(18, 1);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await shown(16, 1);
  await expect(page.locator('.progress:not(.order)').first()).toContainText('Start trains');
  await views.getByRole('button', { name: 'Any image' }).click();
  await expect(views.getByRole('spinbutton', { name: 'Image' })).not.toHaveValue('16');
  await expect(views).toContainText('View 1 → gated');
});

test('the preview says why images cannot be shown, follows the choice of data, and has no serious fault', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.tab('Views');
  const views = playground.panel('Views');
  await expect(views).toContainText('Emoji-10: 5,000 training images');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await axeOn(page).include('.views').analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(
      serious.map(({ id }) => id),
      colorScheme,
    ).toEqual([]);
  }
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: RECORDS.subarray(0, 5000) }]);
  await expect(views.getByRole('alert')).toContainText('These images cannot be shown');
  await expect(views.getByRole('alert')).toContainText('data_batch_1.bin');
  await playground.dropImages(FILES);
  await expect(views).toContainText('30 training images of 32 × 32 px');
});
