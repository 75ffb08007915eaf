import { expect, test } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from '../../src/chromium.ts';
import { cifarRecords, Playground } from './playground.ts';
import { serveSite } from './siteHost.ts';

// A page opened by plain http from another computer: browsers give it no hashes, locks, storage, GPU or
// clipboard. Only the name of the host makes the difference; 127.0.0.1 itself counts as secure.

test.use({
  launchOptions: {
    executablePath: findChromium(),
    ignoreDefaultArgs: ['--headless', '--enable-unsafe-swiftshader'],
    args: ['--headless=new', ...CHROMIUM_FLAGS, '--host-resolver-rules=MAP lan.example 127.0.0.1'],
  },
});

test('on a page opened by plain http a run trains, is evaluated and exported, and the page says what lacks', async ({
  page,
}) => {
  const host = await serveSite();
  try {
    await page.goto(`http://lan.example:${host.port}/`);
    expect(await page.evaluate(() => [isSecureContext, 'subtle' in crypto, 'locks' in navigator])).toEqual([
      ...[false, false, false],
    ]);
    const playground = new Playground(page);
    await expect(playground.button('Start')).toBeVisible();
    await playground.dropImages([
      { name: 'data_batch_1.bin', bytes: cifarRecords(200) },
      { name: 'test_batch.bin', bytes: cifarRecords(100) },
    ]);
    const note = page.getByRole('status').filter({ hasText: 'Runs are not kept in this browser' });
    await expect(note).toContainText('opened by plain http from another computer');
    await expect(note).toContainText('open it by https, or as localhost');
    await playground.makeSmall({ batch: 16, steps: 5 });
    await playground.panel('Engine').getByRole('combobox').selectOption('auto');
    await playground.button('Start').click();
    await playground.reachStep(5);
    await playground.finished();
    await playground.onTab('Device', () =>
      expect(playground.panel('Device')).toContainText(
        'There is no WebGPU: the page was opened by plain http',
      ),
    );
    await expect(playground.alert).toHaveCount(0);

    const run = JSON.parse((await playground.exported('Run')).text);
    expect([run.steps.length, run.epochs.length > 0, run.final !== null]).toEqual([5, true, true]);
    expect(JSON.parse((await playground.exported('Weights')).text).tensors).toBeDefined();

    await playground.button('Copy a link with these settings').click();
    await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(/lan\.example.*#/);
  } finally {
    host.close();
  }
});
