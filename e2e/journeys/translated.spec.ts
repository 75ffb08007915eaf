import { expect, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

/**
 * Puts every text of the page into two `<font>` elements, at once and whenever one is new or changes, as
 * Google Translate does in Chrome. Elements with translate="no" are left alone, and so are drawings.
 */
function translatePage(): void {
  const wrap = (text: Text) => {
    const parent = text.parentElement;
    if (parent?.namespaceURI !== 'http://www.w3.org/1999/xhtml' || text.data.trim() === '') return;
    if (parent.closest('font, script, style, textarea, [translate="no"]')) return;
    const inner = document.createElement('font');
    const outer = document.createElement('font');
    outer.append(inner);
    parent.replaceChild(outer, text);
    // The translator writes a text of its own; the page's text node is out of the page.
    if (text.data.length % 2 === 0) inner.append(text);
    else inner.append(text.data);
  };
  const walk = (root: Node) => {
    const texts: Text[] = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode())
      if (text instanceof Text) texts.push(text);
    if (root instanceof Text) texts.push(root);
    for (const text of texts) wrap(text);
  };
  const observer = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) for (const node of [target, ...addedNodes]) walk(node);
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  walk(document.body);
}

test('a page that a translator rewrites all the time trains to the end, with panels opened and closed', async ({
  page,
}) => {
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(error.message));
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(200) },
    { name: 'test_batch.bin', bytes: cifarRecords(100) },
  ]);
  await playground.makeSmall({ batch: 16, steps: 60 });
  await page.evaluate(translatePage);
  await playground.button('Start').click();
  const tabs = page.getByRole('tab');
  for (let round = 0; round < 2; round++) {
    for (let at = 0; at < (await tabs.count()); at++) await tabs.nth(at).click();
    for (const panel of await page.locator('section details > summary').all())
      if (await panel.isVisible()) await panel.click();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await playground.reachStep(60);
  await playground.finished();
  for (let at = 0; at < (await tabs.count()); at++) await tabs.nth(at).click();
  expect(await page.locator('font').count()).toBeGreaterThan(100);
  await expect(page.getByText('The page broke')).toHaveCount(0);
  await expect(playground.alert).toHaveCount(0);
  expect(broken).toEqual([]);
  // The page still draws what comes next.
  await playground.button('Reset').click();
  await expect(playground.button('Start')).toBeVisible();
});
