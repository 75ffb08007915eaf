import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import { pngOf } from '../../src/data/pictures/picture.fixture.ts';
import { Playground } from './playground.ts';

// Browsers that hinder fingerprinting change what is read from a canvas. Here every worker of the page has
// such a canvas.

const NOISY = `
const { getImageData } = OffscreenCanvasRenderingContext2D.prototype;
OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...where) {
  const picture = getImageData.apply(this, where);
  for (let i = 0; i < picture.data.length; i += 97) picture.data[i] ^= 1;
  return picture;
};
`;
const NO_FRAMES = 'delete self.VideoFrame;\n';

/** Runs a script in each worker before its own code. */
async function inWorkers(page: Page, script: string): Promise<void> {
  await page.route(/orker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: script + (await response.text()) });
  });
}

// A worker may still be loading when a test ends.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

const MAKERS = {
  png: async (seed: number) => pngOf(seed, 32),
  jpg: (seed: number) => sharp(pngOf(seed, 32)).jpeg().toBuffer(),
};

/** A folder of two classes with 20 pictures each. */
async function folderOf(ending: keyof typeof MAKERS, place: string): Promise<string> {
  for (let i = 0; i < 40; i++) {
    const folder = join(place, `class ${i % 2}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${i}.${ending}`), await MAKERS[ending](i));
  }
  return place;
}

for (const { what, script, ending, says } of [
  { what: 'JPEG', script: NOISY, ending: 'jpg', says: 'Pictures are read without a canvas instead' },
  { what: 'PNG', script: NOISY + NO_FRAMES, ending: 'png', says: 'PNG files are read without a canvas' },
] as const) {
  test(`${what} trains where the canvas changes pixels, and the page says so`, async ({ page }, info) => {
    const playground = new Playground(page);
    await inWorkers(page, script);
    await playground.open();
    await playground.makeSmall({ batch: 8, steps: 2 });
    await playground.chooseFolder(await folderOf(ending, info.outputPath('pictures')));
    await playground.button('Start').click();
    await playground.finished();
    await expect(playground.panel('Log')).toContainText('This browser changes what is read from a canvas');
    await expect(playground.panel('Log')).toContainText(says);
    await expect(playground.alert).toHaveCount(0);
  });
}

test('JPEG is refused where only a canvas would read it and changes pixels', async ({ page }, info) => {
  const playground = new Playground(page);
  await inWorkers(page, NOISY + NO_FRAMES);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 2 });
  await playground.chooseFolder(await folderOf('jpg', info.outputPath('pictures')));
  await playground.button('Start').click();
  await expect(playground.alert).toContainText('These images cannot be used');
  await expect(playground.alert).toContainText(/cannot be read in this browser.*save the pictures as PNG/);
});
