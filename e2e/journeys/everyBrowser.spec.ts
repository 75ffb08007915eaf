import { expect, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

// What every browser must be able to do. Nothing here is particular to Chromium, so that the nightly checks
// run it in Firefox and WebKit too: npx playwright test -c e2e --project firefox

test('a run is loaded, trained for five steps, evaluated and exported; another is resumed after a reload', async ({
  page,
}) => {
  const blocked: string[] = [];
  await page.exposeFunction('tellBlocked', (what: string) => void blocked.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      const { tellBlocked } = window as unknown as { tellBlocked(what: string): void };
      tellBlocked(`${violatedDirective} ${blockedURI} ${sourceFile}`);
    });
  });
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) blocked.push(message.text());
  });
  const playground = new Playground(page);
  const files = [
    { name: 'data_batch_1.bin', bytes: cifarRecords(64) },
    { name: 'test_batch.bin', bytes: cifarRecords(30) },
  ];
  await playground.open();
  await playground.dropImages(files);
  await playground.makeSmall({ batch: 16, steps: 5 });
  await playground.button('Start').click();
  await playground.reachStep(5);
  await playground.finished();
  const run = JSON.parse((await playground.exported('Run')).text);
  expect([run.steps.length, run.epochs.length > 0, run.final !== null]).toEqual([5, true, true]);
  expect(JSON.parse((await playground.exported('Weights')).text).tensors).toBeDefined();

  await playground.button('Reset').click();
  await playground.number('Steps').fill('3000');
  await playground.button('Start').click();
  await playground.reachStep(5);
  await playground.button('Pause').click();
  await playground.tab('Runs');
  await expect(playground.panel('Runs')).toContainText(/\d checkpoints?/);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  const offer = page.getByRole('button', { name: /^Resume .* from step/ }).first();
  const [, kept] = /from step (\d+)$/.exec((await offer.textContent())!)!;
  await offer.click();
  await playground.reachStep(Number(kept) + 1);
  await expect(playground.panel('Log')).toContainText(`Back at the checkpoint of step ${kept}`);
  await expect(playground.alert).toHaveCount(0);
  expect(blocked).toEqual([]);
});
