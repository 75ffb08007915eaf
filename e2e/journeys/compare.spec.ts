import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { axeOn } from './accessibility.ts';
import { cifarRecords, Playground } from './playground.ts';
import { waitFor } from './waitFor.ts';

/** Starts over Emoji-10: evaluations of a few hundred images take seconds. */
async function openSmall(
  page: Page,
  numbers: { batch: number; steps: number; width?: number },
): Promise<Playground> {
  // The recorded runs are withheld, so that the test itself has trained every run on the page.
  await page.route('**/recorded/*.json', (route) => route.fulfill({ status: 404, body: '' }));
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(200) },
    { name: 'test_batch.bin', bytes: cifarRecords(100) },
  ]);
  await playground.makeSmall(numbers);
  await playground.tab('Compare');
  return playground;
}

/** Percentages in a text, in their order. */
function percents(text: string | null): string[] {
  return Array.from((text ?? '').matchAll(/[\d.]+ %/g), ([found]) => found);
}

test('two systems are trained, and stand side by side in figure and table', async ({ page }) => {
  test.setTimeout(300_000);
  const playground = await openSmall(page, { batch: 16, steps: 6 });
  const table = playground.panel('Table');
  const pareto = playground.panel('Accuracy against MACs');
  const row = (name: string) => table.getByRole('row').filter({ hasText: name });

  await playground.button('Start').click();
  await playground.finished();
  const result = () => playground.onTab('Run', () => playground.panel('Result').textContent());
  const dual = percents(await result());
  await test.step('the first run’s numbers are the table’s', async () => {
    await expect(table.getByRole('row')).toHaveCount(3);
    await expect(row('Dual gating, dense')).toContainText(dual[0]!);
    await expect(row('Dual gating, gated')).toContainText('0.30');
    await expect(pareto.locator('.pareto-mark[aria-pressed]')).toHaveCount(2);
  });

  await test.step('a second system keeps the first one’s rows', async () => {
    await playground.panel('Method').getByText('VICReg dense').click();
    await playground.button('Start').click();
    await expect(page.locator('.progress:not(.order)')).not.toContainText('finished');
    await playground.finished();
    const dense = percents(await result())[0]!;
    await expect(table.getByRole('row')).toHaveCount(4);
    await expect(row('VICReg dense, dense')).toContainText(dense);
    const difference = Number.parseFloat(dual[0]!) - Number.parseFloat(dense);
    const shown = await row('Dual gating, dense').getByRole('cell').nth(4).textContent();
    expect(Number.parseFloat(shown!.replace('−', '-'))).toBeCloseTo(difference, 0);
  });

  await test.step('a mark of the figure leads to its row, and reads out its numbers', async () => {
    const mark = pareto.getByRole('button', { name: /^Dual gating, t_d 0\.30: dense:/ });
    await mark.focus();
    await expect(pareto.getByRole('status')).toContainText(`${dual[0]} ±`);
    await page.keyboard.press('Enter');
    await expect(row('Dual gating, dense').getByRole('button')).toHaveAttribute('aria-pressed', 'true');
    expect((await playground.saved('Accuracy against MACs', 'Save CSV')).text).toContain('trained here');
    expect((await playground.saved('Accuracy against MACs', 'Save SVG')).text).toContain('<svg');
  });

  await test.step('two branches are compared in pairs', async () => {
    const pair = playground.panel('Paired comparison');
    await expect(pair.getByLabel('Outcome')).toContainText('of 100 test images');
    await expect(pair.getByLabel('Outcome')).toContainText('exact binomial');
  });

  await test.step('runs outlive a reload, and can be taken off and brought back', async () => {
    await page.reload();
    await playground.tab('Compare');
    await expect(table.getByRole('row')).toHaveCount(4);
    await playground.tab('Runs');
    await playground.panel('Runs').getByRole('button', { name: 'Menu of VICReg dense, seed 1' }).click();
    await playground.panel('Runs').getByRole('button', { name: 'Delete', exact: true }).click();
    await playground.tab('Compare');
    await expect(table.getByRole('row')).toHaveCount(3);
    await playground.tab('Runs');
    await playground.panel('Runs').getByRole('button', { name: 'Undo' }).click();
    await playground.tab('Compare');
    await expect(table.getByRole('row')).toHaveCount(4);
    await playground.tab('Runs');
  });

  await test.step('a report of the runs is one page that needs no network', async () => {
    await playground.tab('Compare');
    const download = page.waitForEvent('download');
    await playground.button('Report').click();
    const path = await (await download).path();
    const report = await readFile(path, 'utf8');
    expect(report).toContain('VICReg dense');
    expect(report).toContain('the line to beat');
    expect(report).not.toMatch(/<script|https?:/);
    await playground.tab('Runs');
  });

  await test.step('what was saved is shown as recorded, apart from what was trained here', async () => {
    const set = await playground.saved('Runs', 'Save the runs');
    await page.unroute('**/recorded/*.json');
    await page.route('**/recorded/*.json', (route) =>
      route.fulfill({ body: set.text, contentType: 'application/json' }),
    );
    await page.reload();
    await playground.tab('Compare');
    await expect(table.locator('caption')).toHaveText([/^This browser: /, /^Recorded: /]);
    await playground.tab('Runs');
    await expect(playground.panel('Runs')).toContainText('2 in this browser, 2 recorded');
    await playground.drop([{ name: set.name, bytes: new TextEncoder().encode(set.text) }]);
    await expect(playground.panel('Runs')).toContainText('2 in this browser, 2 recorded');
    await expect(playground.button('Start')).toBeVisible();
  });

  await test.step('tabs are moved between by keys', async () => {
    await playground.tab('Compare');
    const tab = (name: string) => page.getByRole('tab', { name, exact: true });
    await tab('Compare').focus();
    await page.keyboard.press('ArrowRight');
    await expect(tab('Channels')).toBeFocused();
    await expect(tab('Channels')).toHaveAttribute('aria-selected', 'true');
    await expect(table).toBeHidden();
    await page.keyboard.press('Home');
    await expect(tab('Run')).toBeFocused();
    await expect(playground.panel('Compute budget')).toBeVisible();
  });

  await test.step('the tab has nothing that a checker of accessibility would fault', async () => {
    const { violations } = await axeOn(page).include('.tabs').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });
});

test('a sweep is reloaded in the middle, and goes on where it stopped', async ({ page }) => {
  test.setTimeout(300_000);
  const playground = await openSmall(page, { batch: 8, steps: 40, width: 4 });
  const sweep = playground.panel('Sweep');
  const rows = playground.panel('Table').getByRole('row');
  await sweep.getByLabel('Slimmable, width for t_d').uncheck();
  await sweep.getByLabel('VICReg gated').uncheck();
  await sweep.getByLabel('Budgets t_d').fill('0.3, zero');
  await expect(sweep).toContainText('got NaN');
  await sweep.getByLabel('Budgets t_d').fill('0.3, 0.6');
  await sweep.getByLabel('Seeds').fill('1');
  await expect(sweep).toContainText('3 runs of 40 steps');
  await sweep.getByLabel('Small dense, width for t_d').check();
  await expect(sweep).toContainText('5 runs of 40 steps');
  await sweep.getByLabel('Small dense, at equal training MACs too').check();
  await expect(sweep).toContainText(/7 runs of 40 to \d+ steps/);
  await sweep.getByLabel('Small dense, width for t_d').uncheck();
  await sweep.getByRole('button', { name: 'Start the sweep' }).click();

  await test.step('the page shows the run under way, and finished ones in the table', async () => {
    await waitFor('the first run of the sweep', () =>
      expect(sweep.getByRole('status')).toContainText('Dual gating, t_d 0.30, seed 1', { timeout: 120_000 }),
    );
    await expect(rows).toHaveCount(2);
    await expect(sweep).toContainText('1 of 3 runs finished');
    // A run is kept from its start, so the list already has the one under way.
    await playground.tab('Runs');
    await expect(playground.panel('Runs').getByRole('listitem')).toHaveCount(2);
  });

  await test.step('after a reload it waits for the user, and for files that a page cannot keep', async () => {
    await page.reload();
    await playground.tab('Compare');
    await expect(sweep).toContainText('The sweep was interrupted');
    await sweep.getByRole('button', { name: 'Go on with the sweep' }).click();
    await expect(sweep).toContainText('Choose the files of this sweep again');
    await playground.dropImages([
      { name: 'data_batch_1.bin', bytes: cifarRecords(200) },
      { name: 'test_batch.bin', bytes: cifarRecords(100) },
    ]);
    await sweep.getByRole('button', { name: 'Go on with the sweep' }).click();
  });

  await test.step('the rest is trained, and nothing twice', async () => {
    await waitFor('the other runs of the sweep', () =>
      expect(sweep.getByRole('status')).toHaveText('The sweep is over.', { timeout: 180_000 }),
    );
    await expect(sweep).toContainText('3 of 3 runs finished');
    await expect(rows).toHaveCount(6);
    await playground.tab('Runs');
    // The run that the reload interrupted stays in the list, because it could go on.
    await expect(playground.panel('Runs').getByRole('listitem')).toHaveCount(4);
  });

  await test.step('one click beside a gated run trains its small dense rival', async () => {
    await playground.tab('Compare');
    const train = page.getByRole('button', { name: /^Train the small dense rival \([\d.]+ %\)$/ });
    await expect(train).toHaveCount(2);
    const share = percents(await train.first().textContent())[0];
    await train.first().click();
    await waitFor('the small dense rival', () =>
      expect(rows.filter({ hasText: /Small dense, width \d, at equal steps/ })).toHaveCount(1, {
        timeout: 120_000,
      }),
    );
    await expect(train).toHaveCount(1);
    const mark = playground.panel('Accuracy against MACs').getByRole('button', { name: /^Small dense/ });
    await expect(mark).toHaveAttribute('aria-label', new RegExp(`at ${share} of the wider network`));
  });
});
