import type { Page } from '@playwright/test';

/** Waits until the page has drawn so many frames, in which whatever moves has moved. */
export async function frames(page: Page, count: number): Promise<void> {
  await page.evaluate(async (most) => {
    for (let frame = 0; frame < most; frame++) await new Promise(requestAnimationFrame);
  }, count);
}
