import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { Playground } from './playground.ts';
import { recorded } from './recordings.ts';

test.use({ viewport: { width: 1440, height: 1100 } });

/** Where the panels and what they draw stand on the page. */
function placesOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('main .panel, main .chart, main .map canvas')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x, y + window.scrollY, width, height].map(Math.round).join(' ');
    }),
  );
}

/** The value that the legend of a panel gives for its first curve. */
function valueIn(panel: Locator): Promise<string | null> {
  return panel.locator('.legend .value').first().textContent();
}

test('one crosshair and one zoom for all charts, by pointer and by keyboard', async ({ page, browser }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.openRun('thirty steps.json', await recorded(browser, 'gated'));
  const [loss, macs, terms] = ['Loss', 'MAC ratio', 'Terms and learning rate'].map((name) =>
    playground.panel(name),
  ) as [Locator, Locator, Locator];
  await expect(loss.locator('.recharts-line-curve').last()).toBeVisible();
  await expect(terms.locator('svg.recharts-surface')).toHaveCount(6);
  const ranks = playground.panel('Ranks of features');
  await expect(ranks.locator('svg.recharts-surface')).toHaveCount(3);
  const pointer = loss.locator('.chart-pointer');
  const ticks = (panel: Locator) =>
    panel.locator('.recharts-xAxis-tick-labels .recharts-cartesian-axis-tick-value').allTextContents();
  const middle = async (share: number) => {
    await pointer.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await pointer.boundingBox())!;
    return [x + share * width, y + height / 2] as const;
  };

  await test.step('the crosshair is on every chart, reads them all, and moves nothing', async () => {
    const before = await placesOf(page);
    const newest = [await valueIn(loss), await valueIn(macs)];
    await page.mouse.move(...(await middle(0.1)));
    await expect(page.locator('.crosshair')).toHaveCount(4 + 6 + 3);
    await expect(loss.locator('.legend')).toContainText('step 3');
    expect(await valueIn(loss)).not.toBe(newest[0]);
    expect(await valueIn(macs)).not.toBe(newest[1]);
    expect(await placesOf(page)).toEqual(before);
    await page.mouse.move(2, 300);
    await expect(page.locator('.crosshair')).toHaveCount(0);
    expect([await valueIn(loss), await valueIn(macs)]).toEqual(newest);
  });

  await test.step('dragging zooms all of them, and a double click shows all steps again', async () => {
    await page.mouse.move(...(await middle(1 / 3)));
    await page.mouse.down();
    await page.mouse.move(...(await middle(2 / 3)), { steps: 4 });
    await page.mouse.up();
    for (const panel of [loss, macs]) {
      await expect.poll(() => ticks(panel)).toContain('12');
      expect((await ticks(panel)).map(Number).filter((step) => step < 10 || step > 20)).toEqual([]);
    }
    await page.mouse.dblclick(...(await middle(0.5)));
    await expect.poll(() => ticks(macs)).toContain('0');
  });

  await test.step('arrow keys move the crosshair of the chart with the focus', async () => {
    await page.mouse.move(2, 300);
    const slider = page.getByRole('slider', { name: 'Crosshair of the loss' });
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await expect(slider).toHaveAttribute('aria-valuetext', 'step 29');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    await expect(slider).toHaveAttribute('aria-valuetext', 'step 10');
    await expect(page.locator('.crosshair')).toHaveCount(4 + 6 + 3);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFaults(page), colorScheme).toEqual([]);
    }
    await slider.blur();
    await expect(page.locator('.crosshair')).toHaveCount(0);
  });

  await test.step('axes turn logarithmic: values of one panel, steps of all', async () => {
    await playground.menu('Loss', 'Logarithmic values');
    await playground.menu('Loss', 'Logarithmic steps');
    for (const panel of [loss, macs])
      await expect.poll(() => ticks(panel)).toEqual(['1', '2', '5', '10', '20']);
  });

  await test.step('the ranks of both branches are drawn and tabled, with what they mean', async () => {
    await expect(ranks.locator('.legend').first()).toHaveText(/^dense [\d.]+gated [\d.]+$/);
    await ranks.getByRole('button', { name: 'About Ranks of features' }).click();
    await expect(ranks.getByText('Garrido et al., ICML 2023')).toBeVisible();
    await playground.menu('Ranks of features', 'View as table');
    await expect(ranks.getByRole('columnheader', { name: 'α-ReQ gated' })).toBeVisible();
    expect(await seriousFaults(page)).toEqual([]);
  });

  await test.step('smoothing and the axis of the steps are remembered', async () => {
    await loss.getByRole('slider', { name: 'smoothing' }).fill('0.9');
    await page.reload();
    await expect(loss.getByRole('slider', { name: 'smoothing' })).toHaveValue('0.9');
    await expect(loss.getByRole('button', { name: 'Menu of Loss' })).toBeVisible();
    await loss.getByRole('button', { name: 'Menu of Loss' }).click();
    await expect(loss.getByRole('button', { name: 'Logarithmic steps' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
  });
});

test('terms of each branch and gradient norms are drawn, and older runs say that they do not hold them', async ({
  page,
  browser,
}) => {
  const playground = new Playground(page);
  await playground.open();
  const text = await recorded(browser, 'gated');
  await playground.openRun('thirty steps.json', text);
  const [terms, norms] = [playground.panel('Terms and learning rate'), playground.panel('Gradient norms')];
  const legends = terms.locator('.legend');
  await expect(legends.nth(0)).toHaveText(/^invariance [\d.]+$/);
  await expect(legends.nth(1)).toHaveText(/^variance [\d.]+gated [\d.]+dense [\d.]+$/);
  await expect(legends.nth(2)).toHaveText(/^covariance [\d.]+gated [\d.]+dense [\d.]+$/);
  await expect(norms.locator('.legend')).toHaveText(/^encoder [\d.]+projector [\d.]+gates [\d.]+$/);
  // Each has its raw values behind it.
  await expect(norms.locator('.recharts-line-curve')).toHaveCount(2 * 3);
  await expect(norms.locator('svg.recharts-surface')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page), colorScheme).toEqual([]);
  }

  const older: { steps: { byPass?: unknown; gradientNorms?: unknown }[] } = JSON.parse(text);
  for (const row of older.steps) {
    delete row.byPass;
    delete row.gradientNorms;
  }
  await playground.openRun('older.json', JSON.stringify(older));
  await expect(terms).toContainText('does not hold variance and covariance of each branch');
  await expect(legends.nth(1)).toHaveText(/^variance [\d.]+$/);
  await expect(norms).toContainText('does not hold the norms of its gradients');
});

interface RecordedFile {
  readonly run: {
    readonly config: object;
    readonly steps: readonly { readonly step: number; readonly loss: number }[];
    readonly epochs: readonly { readonly step: number }[];
  };
}

/** The first hundred steps of the recorded run of a system, as a run of another seed. */
function ownRun(system: string): string {
  const address = new URL(`../../public/recorded/${system}.run.json.gz`, import.meta.url);
  const { run }: RecordedFile = JSON.parse(gunzipSync(readFileSync(address)).toString('utf8'));
  const early = <Row extends { step: number }>(rows: readonly Row[]) =>
    rows.filter(({ step }) => step <= 100);
  return JSON.stringify({
    ...run,
    config: { ...run.config, seed: 5 },
    ...{ final: null, gradients: [], budgets: [] },
    steps: early(run.steps).map((row) => ({ ...row, loss: 0.9 * row.loss })),
    epochs: early(run.epochs),
  });
}

test('the recorded run stands behind an own run on the same images, until it is hidden', async ({
  page,
  browser,
}) => {
  const requested: string[] = [];
  page.on('request', (request) => requested.push(new URL(request.url()).pathname));
  const fetched = () => requested.filter((path) => path.endsWith('vicreg.run.json.gz')).length;
  const playground = new Playground(page);
  await playground.open();
  const [loss, terms] = [playground.panel('Loss'), playground.panel('Terms and learning rate')];
  const key = page.locator('.recorded-key');
  await playground.openRun('other images.json', await recorded(browser, 'dense'));
  await expect(loss.locator('svg.recharts-surface')).toBeVisible();
  expect(fetched()).toBe(0);
  await expect(key).toHaveCount(0);

  await playground.openRun('seed 5.json', ownRun('vicreg'));
  await expect(loss.locator('.recorded-key')).toHaveText('recorded run, seed 1');
  await expect(loss.locator('.recorded-key')).toHaveAttribute(
    'title',
    /Emoji-10, width 8, 390 steps of 64 images, seed 1\. The line is the mean of 15 steps.+It is one run/,
  );
  await expect(loss.locator('.chart-bands path')).toHaveCount(2);
  // Invariance, variance and covariance; the learning rate is set, and not expected.
  await expect(terms.locator('.chart-bands')).toHaveCount(3);
  await expect(playground.panel('20-NN accuracy').locator('.chart-bands path')).toHaveCount(2);
  expect(fetched()).toBe(1);
  // The axis ends with the own run, and the recorded one goes on to step 390.
  const ticks = loss.locator('.recharts-xAxis-tick-labels .recharts-cartesian-axis-tick-value');
  expect(Math.max(...(await ticks.allTextContents()).map(Number))).toBeLessThanOrEqual(100);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page), colorScheme).toEqual([]);
  }

  await playground.menu('Loss', 'Recorded run behind own runs');
  await expect(page.locator('.chart-bands')).toHaveCount(0);
  await expect(key).toHaveCount(0);
  await playground.menu('Loss', 'Recorded run behind own runs');
  await expect(loss.locator('.chart-bands path')).toHaveCount(2);
});

test('smoothing leaves the raw MAC ratios behind the curve, and every chart marks where a run diverged', async ({
  page,
  browser,
}) => {
  const playground = new Playground(page);
  await playground.open();
  const text = await recorded(browser, 'gated');
  const run: { steps: { step: number; macRatio: number }[] } = JSON.parse(text);
  const last = run.steps.pop()!;
  const diverged = { ...last, loss: null, variance: null, macRatio: null };
  await playground.openRun(
    'diverged.json',
    JSON.stringify({ ...run, diverged, final: null, checkpoint: null }),
  );
  const [loss, macs] = [playground.panel('Loss'), playground.panel('MAC ratio')];
  const [norms, terms] = [playground.panel('Gradient norms'), playground.panel('Terms and learning rate')];
  await expect(macs.locator('.recharts-line-curve')).toHaveCount(4);
  const smoothing = loss.getByRole('slider', { name: 'smoothing' });
  await smoothing.fill('0');
  await expect(macs.locator('.recharts-line-curve')).toHaveCount(3);
  const ratio = run.steps.at(-1)!.macRatio;
  await expect(macs.locator('.legend .value').first()).toHaveText(`${(100 * ratio).toFixed(1)} %`);
  for (const panel of [loss, macs, norms, playground.panel('20-NN accuracy')])
    await expect(panel.locator('.chart-flag')).toContainText('diverged');
  await expect(terms.locator('.chart-flag')).toHaveCount(6);
  for (const panel of [loss, macs]) await expect(panel.locator('.chart-gap')).toHaveCount(1);
  // The variance, and neither invariance nor covariance.
  await expect(terms.locator('.chart-gap')).toHaveCount(1);
});
