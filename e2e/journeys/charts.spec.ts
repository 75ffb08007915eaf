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
    await expect(page.locator('.crosshair')).toHaveCount(3 + 6);
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
    await expect(page.locator('.crosshair')).toHaveCount(3 + 6);
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
