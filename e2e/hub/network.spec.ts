import { expect, test } from '@playwright/test';
import { cifarRecords, Playground } from '../journeys/playground.ts';

test('a whole session asks nothing of anybody but its own site, and keeps to its policy', async ({
  page,
  context,
  baseURL,
}) => {
  const origin = new URL(baseURL!).origin;
  const foreign: string[] = [];
  const violations: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== origin) foreign.push(url.href);
  });
  const hear = (text: string) => {
    if (/Content Security Policy/i.test(text)) violations.push(text);
  };
  context.on('console', (message) => hear(message.text()));
  page.on('worker', (worker) => worker.on('console', (message) => hear(message.text())));

  const playground = new Playground(page);
  await playground.open();
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe-inline');
  await playground.makeSmall({ batch: 8, steps: 6 });
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(100) }]);
  await playground.button('Start').click();
  await playground.finished();
  await playground.exported('Run');
  await playground.saved('Loss', 'Save SVG');
  expect((await playground.saved('Loss', 'Save PNG')).text.slice(1, 4)).toBe('PNG');
  for (const tab of await page.getByRole('tab').all()) await tab.click();
  await page.getByRole('button', { name: 'From Hugging Face…' }).click();
  await expect(page.getByRole('dialog', { name: 'From Hugging Face' })).toContainText('Licence');
  await page.keyboard.press('Escape');
  expect(foreign).toEqual([]);
  expect(violations).toEqual([]);

  // The watch itself can see: a request that the policy forbids fails, and is heard of.
  const refused = await page.evaluate(() =>
    fetch('https://example.org/').then(
      () => false,
      () => true,
    ),
  );
  expect(refused).toBe(true);
  await expect.poll(() => violations.length).toBeGreaterThan(0);
});
