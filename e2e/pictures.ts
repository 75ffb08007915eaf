import { mkdirSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import { preview } from 'vite';
import { CHROMIUM_FLAGS, findChromium } from '../src/chromium.ts';
import { PREVIEW } from '../src/site/shareTags.ts';

// `npm run pictures` trains the default preset on the built page and takes the README's two pictures of it,
// and the one that a shared link shows. It takes three minutes on two cores that do nothing else.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = `${ROOT}docs/pictures`;
/**
 * Size of the page, CSS pixels. Nothing is scaled, so that figures stay sharp at the width that GitHub shows.
 */
const VIEW = { width: 1440, height: 1400 };
/** The most bytes of a picture, because a repository should hold no large files. */
const MOST_BYTES = 400_000;
/** The most bytes of the picture of a shared link: it is shown small, and some who show it load it often. */
const MOST_PREVIEW_BYTES = 100_000;
/** The step after which the budget is moved, so that a picture shows how the curves follow a moved budget. */
const MOVED = { step: 200, budget: 0.2 };

const LONG_MS = 30 * 60_000;

/** Steps that the page says were made. */
async function stepsOn(page: Page): Promise<number> {
  const text = (await page.locator('.progress:not(.order)').textContent()) ?? '';
  if (text.startsWith('failed')) throw new Error(`pictures: the run failed: ${text}`);
  return Number(/step ([\d,]+)\//.exec(text)?.[1]?.replaceAll(',', '') ?? 0);
}

async function reach(page: Page, step: number): Promise<void> {
  const until = performance.now() + LONG_MS;
  let told = 0;
  for (;;) {
    const made = await stepsOn(page);
    if (made >= step) return;
    if (performance.now() > until) throw new Error(`pictures: step ${step} must be reached, got ${made}`);
    if (made - told >= 50) {
      console.log(`step ${made}`);
      told = made;
    }
    await setTimeout(500);
  }
}

/** Trains Emoji-10 at the default settings to the end, evaluated after every epoch. */
async function train(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  const settings = page.getByRole('region', { name: 'Hyper-parameters', exact: true });
  await settings.getByText('Advanced').click();
  await settings.getByRole('spinbutton', { name: 'Evaluate every' }).fill('1');
  await settings.getByText('Advanced').click();
  await page.getByRole('region', { name: 'Engine', exact: true }).getByRole('combobox').selectOption('wasm');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await reach(page, MOVED.step);
  await page.locator('#budget').fill(String(MOVED.budget));
  await page.locator('.progress', { hasText: 'finished' }).waitFor({ timeout: LONG_MS });
  // The last maps are drawn after the run has ended.
  for (const map of ['dense-map', 'gated-map'])
    await page
      .getByTestId(map)
      .filter({ hasText: /UMAP · epoch 5, step 390/ })
      .waitFor({ timeout: LONG_MS });
  // Then the dial is calibrated.
  const dial = page.getByRole('region', { name: 'Budget dial', exact: true });
  await dial.getByRole('slider').waitFor({ timeout: LONG_MS });
}

/** Points at an image of the gated map, so that it, its twin and its gates are shown. */
async function pointAtAnImage(page: Page): Promise<void> {
  const canvas = page
    .locator('figure.map', { has: page.getByTestId('gated-map') })
    .locator('canvas')
    .last();
  const box = await canvas.boundingBox();
  if (box === null) throw new Error('pictures: the gated map must be in view');
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.45);
}

async function take(page: Page, scheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.evaluate(() => window.scrollTo(0, 0));
  await pointAtAnImage(page);
  // Curves and maps are drawn anew, some of them by turns.
  await setTimeout(2500);
  const path = `${FOLDER}/page-${scheme}.png`;
  // A palette keeps the picture small, and its text sharp.
  await sharp(await page.screenshot())
    .png({ palette: true, quality: 95, effort: 10 })
    .toFile(path);
  tellSize(path, MOST_BYTES);
}

/** Takes the picture of a shared link: the top of the page at the size of such pictures, in few colours. */
async function takePreview(page: Page): Promise<void> {
  const { file, width, height } = PREVIEW;
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width, height });
  await page.evaluate(() => window.scrollTo(0, 0));
  // Curves and maps are drawn anew at their new sizes, some of them by turns.
  await setTimeout(2500);
  const path = `${ROOT}public/${file}`;
  await sharp(await page.screenshot())
    .png({ palette: true, quality: 50, effort: 10 })
    .toFile(path);
  tellSize(path, MOST_PREVIEW_BYTES);
}

/** @throws Error if the file is larger than it may be */
function tellSize(path: string, most: number): void {
  const { size } = statSync(path);
  console.log(`${path.slice(ROOT.length)}: ${(size / 1000).toFixed(0)} kB`);
  if (size > most) throw new Error(`pictures: must have at most ${most} bytes, got ${size}`);
}

mkdirSync(FOLDER, { recursive: true });
const server = await preview({ root: ROOT, preview: { port: 4300 } });
const browser = await chromium.launch({
  executablePath: findChromium(),
  ignoreDefaultArgs: ['--headless', '--enable-unsafe-swiftshader'],
  args: ['--headless=new', ...CHROMIUM_FLAGS],
});
try {
  const page = await browser.newPage({ viewport: VIEW, colorScheme: 'light' });
  await page.goto(server.resolvedUrls!.local[0]!);
  await train(page);
  await take(page, 'light');
  await take(page, 'dark');
  await takePreview(page);
} finally {
  await browser.close();
  await server.close();
}
