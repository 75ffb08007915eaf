import { readFile } from 'node:fs/promises';
import { type Download, expect, test } from '@playwright/test';
import { type ExportedWeights, floats, independentFeatures } from '../independentForward.ts';
import { Playground } from './playground.ts';
import { imagesOf, PREPARATIONS, recorded } from './recordings.ts';
import { waitFor } from './waitFor.ts';

test('a user asks what the gates buy, times the light network, and takes it away', async ({
  page,
  browser,
}) => {
  test.setTimeout(420_000);
  const playground = new Playground(page);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await playground.open();
  await page.getByRole('tab', { name: 'Mask lab' }).click();
  await expect(page.getByText('The lab works on trained weights')).toBeVisible();
  await expect(playground.button('Evaluate masks')).toBeDisabled();
  await playground.dropImages(imagesOf(PREPARATIONS.gated));
  await playground.openRun('thirty steps.json', await recorded(browser, 'gated'));
  const masks = playground.panel('Masks at equal MACs');

  await test.step('an order can be cancelled', async () => {
    await playground.button('Evaluate masks').click();
    await masks.getByRole('button', { name: 'Cancel' }).click();
    await expect(playground.button('Evaluate masks')).toBeEnabled({ timeout: 60_000 });
    await expect(masks.getByRole('table')).toHaveCount(0);
  });

  await test.step('masks are evaluated beside the real gates at equal MACs', async () => {
    for (const mask of ['Always-on set', 'Random', 'Prefix', 'L1 pruning', 'L1, BN recalibrated'])
      await masks.getByRole('checkbox', { name: new RegExp(`^${mask} [A-Z]`) }).uncheck();
    await playground.button('Evaluate masks').click();
    const table = masks.getByRole('region', { name: 'Masks' }).getByRole('table');
    await waitFor('masks at equal MACs', () => expect(table).toBeVisible({ timeout: 180_000 }));
    await expect(table.getByRole('row')).toHaveCount(4);
    const cells = async (mask: string) =>
      (await table.getByRole('row', { name: mask }).getByRole('cell').allTextContents()).map((text) =>
        Number(/[\d.]+/.exec(text)?.[0]),
      );
    const [real, frozen, shuffled] = [
      await cells('Real gates'),
      await cells('Frozen top-K'),
      await cells('Shuffled'),
    ];
    // The run's own last evaluation, and its MAC ratio.
    const legend = await playground.onTab('Run', () =>
      playground.panel('20-NN accuracy').locator('.legend').textContent(),
    );
    const gated = Number(/gated ([\d.]+) %/.exec(legend ?? '')?.[1]);
    expect(real[2]).toBe(gated);
    expect(shuffled.slice(0, 2)).toEqual(real.slice(0, 2));
    expect(Math.abs(frozen[1]! / real[1]! - 1)).toBeLessThan(0.15);
    expect((await playground.saved('Masks at equal MACs', 'Save CSV')).text).toContain('Frozen top-K');
    await playground.onTab('Compare', async () => {
      const pareto = playground.panel('Accuracy against MACs');
      await expect(pareto).toContainText('Mask lab: the run on the page');
      await expect(pareto.getByRole('button', { name: /^Mask lab, / })).toHaveCount(3);
    });
  });

  await test.step('inference is timed beside what MACs promise', async () => {
    await playground.button('Time on WASM').click();
    const speed = playground.panel('Inference, measured');
    const row = speed.getByRole('row', { name: 'Sliced' });
    await waitFor('times on WASM', () => expect(row).toContainText('images/s', { timeout: 120_000 }));
    await expect(row).toContainText(/[\d.]+ M.*[\d.]+×.*ms.*[\d.]+×/);
  });

  await test.step('both slices meet the masked network in a program of their own', async () => {
    for (const [button, branch] of [
      ['Frozen slice', 'dense'],
      ['Never-open slice', 'gated'],
    ] as const) {
      const download = page.waitForEvent('download');
      await playground.panel('Light network').getByRole('button', { name: button }).click();
      const { name, weights } = await sliced(await download);
      expect(name).toContain('sliced-');
      const { inner } = weights.architecture;
      expect(inner.some((count, l) => count < 4 * 2 ** Math.floor(l / 2))).toBe(true);
      const expected = floats(weights.parity.features[branch]!);
      const width = 8 * weights.architecture.width;
      let worst = 0;
      independentFeatures(weights, branch).forEach((row, n) => {
        const largest = Math.max(...expected.subarray(n * width, (n + 1) * width).map(Math.abs));
        row.forEach((value, d) => {
          worst = Math.max(worst, Math.abs(value - expected[n * width + d]!) / largest);
        });
      });
      expect(worst).toBeLessThan(1e-4);
    }
    await expect(playground.panel('Light network')).toContainText(/to the last bit|of the largest/);
  });
  expect(faults).toEqual([]);
});

type SlicedWeights = ExportedWeights & { readonly architecture: { readonly inner: readonly number[] } };

async function sliced(download: Download): Promise<{ name: string; weights: SlicedWeights }> {
  const text = await readFile(await download.path(), 'utf8');
  return { name: download.suggestedFilename(), weights: JSON.parse(text) as SlicedWeights };
}
