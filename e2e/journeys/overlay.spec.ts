import { expect, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

test.use({ actionTimeout: 15_000 });

const DATA = [{ name: 'data_batch_1.bin', bytes: cifarRecords(100) }];

test('two runs lie over the charts, by name, in every chart, table and picture', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 6 });
  await playground.drop(DATA);
  await playground.button('Start').click();
  await playground.finished();
  const { text: first } = await playground.exported('Run');

  // A longer run of another system: it has no gates, so nothing of it belongs on the chart of MACs.
  await playground.panel('Method').getByRole('radio', { name: 'VICReg dense' }).check();
  await playground.number('Steps').fill('9');
  await playground.button('Start').click();
  await playground.finished();
  const { text: second } = await playground.exported('Run');

  const files = [
    { name: 'gated six.dualgate.json', mimeType: 'application/json', buffer: Buffer.from(first) },
    { name: 'dense nine.json', mimeType: 'application/json', buffer: Buffer.from(second) },
  ];
  const chooser = page.waitForEvent('filechooser');
  await playground.menu('Loss', 'Overlay a run file…');
  await (await chooser).setFiles(files);

  const overlaid = playground.panel('Overlaid runs');
  await expect(overlaid.getByRole('listitem')).toHaveText(['gated six', 'dense nine']);
  for (const [panel, names] of [
    ['Loss', ['gated six', 'dense nine']],
    ['20-NN accuracy', ['gated six', 'dense nine']],
    ['MAC ratio', ['gated six']],
  ] as const) {
    await expect(playground.panel(panel).locator('.of-run')).toHaveCount(names.length);
    for (const name of names) await expect(playground.panel(panel).locator('.legend')).toContainText(name);
  }
  // Raw, smoothed, and one line for each of the two.
  await expect(playground.panel('Loss').locator('path.recharts-line-curve')).toHaveCount(4);
  const terms = playground.panel('Terms and learning rate');
  await expect(terms.locator('.legend').filter({ hasText: 'variance' }).first()).toContainText('gated six');
  await expect(terms.locator('.legend').filter({ hasText: 'budget' })).toHaveCount(1);

  const csv = await playground.saved('Loss', 'Save CSV');
  const runs = csv.text
    .trim()
    .split('\r\n')
    .map((line) => line.split(',')[0]);
  expect(runs[0]).toBe('run');
  expect([count(runs, 'this run'), count(runs, 'gated six'), count(runs, 'dense nine')]).toEqual([9, 6, 9]);
  const svg = await playground.saved('20-NN accuracy', 'Save SVG');
  expect(svg.text).toMatch(/>gated six<\/text>/);
  expect(svg.text).toMatch(/>dense nine<\/text>/);
  expect((await playground.saved('Terms and learning rate', 'Save PNG')).text.slice(1, 4)).toBe('PNG');

  // The crosshair reads all runs at its step; beyond the shorter one's end, its last value stays.
  const chart = playground.panel('Loss').locator('.chart');
  const { width, height } = (await chart.boundingBox())!;
  await chart.hover({ position: { x: width - 12, y: height / 2 } });
  await expect(playground.panel('Loss').locator('.legend')).toContainText('step 9');

  await overlaid.getByRole('button', { name: 'What changed' }).click();
  const changes = page.getByRole('dialog', { name: 'What changed between two runs' });
  await changes.getByLabel('First run').selectOption('gated six');
  await changes.getByLabel('Second run').selectOption('dense nine');
  for (const cells of [
    /System\s*Dual gating\s*VICReg dense/,
    /^Steps\s*6\s*9\s*\+3/,
    /20-NN, dense\s*[\d.]+ %\s*[\d.]+ %/,
    /20-NN, gated\s*[\d.]+ %\s*–/,
  ]) {
    await expect(changes.getByRole('row').filter({ hasText: cells })).toHaveCount(1);
  }
  await expect(changes).not.toContainText('Budget weight');
  await changes.getByRole('button', { name: 'Close' }).click();

  await overlaid.getByRole('button', { name: 'Take gated six off the charts' }).click();
  await expect(playground.panel('MAC ratio').locator('.of-run')).toHaveCount(0);
  await overlaid.getByRole('button', { name: 'Clear all' }).click();
  await expect(overlaid).toHaveCount(0);
  await expect(playground.panel('Loss').locator('path.recharts-line-curve')).toHaveCount(2);
});

function count<T>(list: readonly T[], item: T): number {
  return list.filter((other) => other === item).length;
}
