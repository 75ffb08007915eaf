import { expect, test } from '@playwright/test';
import { Playground } from './playground.ts';
import { recorded } from './recordings.ts';

test.use({ actionTimeout: 15_000 });

test('two runs lie over the charts, by name, in every chart, table and picture', async ({
  page,
  browser,
}) => {
  const playground = new Playground(page);
  await playground.open();
  const first = await recorded(browser, 'gated');
  // A longer run of another system: it has no gates, so nothing of it belongs on the chart of MACs.
  const second = await recorded(browser, 'dense');
  await playground.openRun('on the page.json', second);

  const files = [
    { name: 'gated 30.dualgate.json', mimeType: 'application/json', buffer: Buffer.from(first) },
    { name: 'dense 33.json', mimeType: 'application/json', buffer: Buffer.from(second) },
  ];
  const chooser = page.waitForEvent('filechooser');
  await playground.menu('Loss', 'Overlay a run file…');
  await (await chooser).setFiles(files);

  const overlaid = playground.panel('Overlaid runs');
  await expect(overlaid.getByRole('listitem')).toHaveText(['gated 30', 'dense 33']);
  for (const [panel, names] of [
    ['Loss', ['gated 30', 'dense 33']],
    ['20-NN accuracy', ['gated 30', 'dense 33']],
    ['MAC ratio', ['gated 30']],
  ] as const) {
    await expect(playground.panel(panel).locator('.of-run')).toHaveCount(names.length);
    for (const name of names) await expect(playground.panel(panel).locator('.legend')).toContainText(name);
  }
  // Each of the two runs has a raw and a smoothed line.
  await expect(playground.panel('Loss').locator('path.recharts-line-curve')).toHaveCount(4);
  const terms = playground.panel('Terms and learning rate');
  await expect(terms.locator('.legend').filter({ hasText: 'variance' }).first()).toContainText('gated 30');
  await expect(terms.locator('.legend').filter({ hasText: 'budget' })).toHaveCount(1);

  const csv = await playground.saved('Loss', 'Save CSV');
  const runs = csv.text
    .trim()
    .split('\r\n')
    .map((line) => line.split(',')[0]);
  expect(runs[0]).toBe('run');
  expect([count(runs, 'this run'), count(runs, 'gated 30'), count(runs, 'dense 33')]).toEqual([33, 30, 33]);
  const svg = await playground.saved('20-NN accuracy', 'Save SVG');
  expect(svg.text).toMatch(/>gated 30<\/text>/);
  expect(svg.text).toMatch(/>dense 33<\/text>/);
  expect((await playground.saved('Terms and learning rate', 'Save PNG')).text.slice(1, 4)).toBe('PNG');

  // The crosshair reads all runs at its step; beyond the shorter one's end, its last value stays.
  const chart = playground.panel('Loss').locator('.chart');
  const { width, height } = (await chart.boundingBox())!;
  await chart.hover({ position: { x: width - 12, y: height / 2 } });
  await expect(playground.panel('Loss').locator('.legend')).toContainText('step 33');

  await overlaid.getByRole('button', { name: 'What changed' }).click();
  const changes = page.getByRole('dialog', { name: 'What changed between two runs' });
  await changes.getByLabel('First run').selectOption('gated 30');
  await changes.getByLabel('Second run').selectOption('dense 33');
  for (const cells of [
    /System\s*Dual gating\s*VICReg dense/,
    /^Steps\s*30\s*33\s*\+3/,
    /20-NN, dense\s*[\d.]+ %\s*[\d.]+ %/,
    /20-NN, gated\s*[\d.]+ %\s*–/,
  ]) {
    await expect(changes.getByRole('row').filter({ hasText: cells })).toHaveCount(1);
  }
  await expect(changes).not.toContainText('Budget weight');
  await changes.getByRole('button', { name: 'Close' }).click();

  await overlaid.getByRole('button', { name: 'Take gated 30 off the charts' }).click();
  await expect(playground.panel('MAC ratio').locator('.of-run')).toHaveCount(0);
  await overlaid.getByRole('button', { name: 'Clear all' }).click();
  await expect(overlaid).toHaveCount(0);
  await expect(playground.panel('Loss').locator('path.recharts-line-curve')).toHaveCount(2);
});

function count<T>(list: readonly T[], item: T): number {
  return list.filter((other) => other === item).length;
}
