import { expect, type Page, test } from '@playwright/test';
import { Playground } from './playground.ts';

// Emoji-10 on a slow line: only the first part of the training images comes at once.

const REST = /\/emoji10\/(?!train-1\.bin).*\.bin$/;

interface Exported {
  readonly steps: readonly { readonly step: number; readonly loss: number }[];
  readonly epochs: unknown;
  readonly floors: unknown;
  readonly data: { readonly part: number; readonly fingerprint: string };
  readonly mapLabels: readonly number[];
}

/** Three steps of 256 images fit the first part of 1,000; the fourth needs the second one. */
async function prepared(page: Page): Promise<Playground> {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 256, steps: 5 });
  return playground;
}

/** The file of the run on the page, without its times. */
async function fileOf(playground: Playground) {
  const { steps, epochs, floors, data, mapLabels }: Exported = JSON.parse(
    (await playground.exported('Run')).text,
  );
  return { losses: steps.map(({ step, loss }) => [step, loss]), epochs, floors, data, mapLabels };
}

test('a run begins with the first thousand images, waits for the others, and is the run of a fast line', async ({
  page,
}) => {
  test.setTimeout(300_000);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(REST, async (route) => {
    await released;
    await route.continue();
  });
  const playground = await prepared(page);
  const progress = page.locator('.progress:not(.order)');
  await playground.button('Start').click();
  await playground.reachStep(3);
  await expect(progress).toContainText('waiting for images');
  await expect(progress).toContainText('1,000 of 6,000 images here');
  expect(await playground.steps()).toBe(3);
  await playground.button('Pause').click();
  await expect(progress).toContainText('paused');
  await playground.button('Resume').click();
  await expect(progress).toContainText('waiting for images');
  release();
  await playground.finished();
  await expect(progress).not.toContainText('images here');
  const slow = await fileOf(playground);
  expect([slow.losses.length, slow.data.part, slow.mapLabels.length > 0]).toEqual([5, 1000, true]);

  await page.unroute(REST);
  const again = await prepared(page);
  await again.button('Start').click();
  await again.finished();
  expect(await fileOf(again)).toEqual(slow);
});

test('a run whose images break off pauses with the reason, and goes on when they come', async ({ page }) => {
  test.setTimeout(300_000);
  await page.route(REST, (route) => route.abort());
  const playground = await prepared(page);
  const progress = page.locator('.progress:not(.order)');
  await playground.button('Start').click();
  await playground.reachStep(3);
  await expect(progress).toContainText('paused');
  await expect(progress).toContainText('Resume asks for it again');
  expect(await playground.steps()).toBe(3);
  await expect(playground.alert).toHaveCount(0);
  await page.unroute(REST);
  await playground.button('Resume').click();
  await playground.finished();
  expect((await fileOf(playground)).losses.map(([step]) => step)).toEqual([1, 2, 3, 4, 5]);
});
