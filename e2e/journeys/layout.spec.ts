import { expect, type Page, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { cifarRecords, Playground } from './playground.ts';

test.use({ actionTimeout: 15_000 });

/** What has the focus: its role or element, and its name. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const name = element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
    return `${element?.getAttribute('role') ?? element?.tagName.toLowerCase()} ${name}`.slice(0, 60);
  });
}

test('by keyboard the run is one stop away, and the tabs a few', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('a Skip to the run');
  await page.keyboard.press('Enter');
  expect(await focused(page)).toMatch(/^main/);
  // The keys of the page work there.
  await page.keyboard.press(']');
  await expect(page.locator('output')).toHaveText('0.35');

  await page.reload();
  const stops: string[] = [];
  while (!stops.at(-1)?.startsWith('tab ') && stops.length < 25) {
    await page.keyboard.press('Tab');
    stops.push(await focused(page));
  }
  expect(stops.length, stops.join('; ')).toBeLessThan(12);
  expect(stops.at(-1)).toBe('tab Run');
});

test('the header is one row from 1280 to 1920 pixels, and tells all of its progress', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 100_000 });
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(120) }]);
  await playground.button('Start').click();
  await playground.reachStep(3);
  for (const width of [1280, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    const { height, cut, right } = await page.evaluate(() => {
      const header = document.querySelector('.header')!.getBoundingClientRect();
      const parts = [...document.querySelectorAll('.progress .line > *, .progress .next')];
      const tools = document.querySelector('.page-tools')!.getBoundingClientRect();
      return {
        height: header.height,
        cut: parts.filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.textContent),
        right: window.innerWidth - tools.right,
      };
    });
    expect(height, `${width}`).toBeLessThan(60);
    expect(right, `${width}`).toBeLessThan(40);
    expect(cut, `${width}`).toEqual([]);
  }
  await expect(page.locator('.progress:not(.order)')).toContainText('of training left');
  await expect(page.locator('.progress:not(.order)')).toContainText('next evaluation by step');
});

test('the open tab is in the address: a reload and a link keep it', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const playground = new Playground(page);
  await playground.open();
  await playground.tab('Views');
  expect(page.url()).toMatch(/#tab=views$/);
  await page.reload();
  await expect(playground.panel('Views')).toBeVisible();
  await playground.button('Copy a link with these settings').click();
  const notice = page.getByRole('status').filter({ hasText: 'Link copied.' });
  await expect(notice).toBeVisible();
  // The notice lies over the page.
  const top = () => page.getByRole('main').evaluate((main) => main.getBoundingClientRect().top);
  const before = await top();
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  expect(await top()).toBe(before);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#v=1&tab=views$/);
  await playground.tab('Run');
  expect(page.url()).not.toContain('tab=');
  const other = new Playground(await context.newPage());
  await other.page.goto(link);
  await expect(other.panel('Views')).toBeVisible();
});

test('the settings are a drawer that stays as it was left, and a sheet on a narrow page', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await expect(playground.panel('Hyper-parameters')).toBeVisible();
  await playground.settings(false);
  await page.reload();
  await expect(playground.button('Start')).toBeVisible();
  await expect(playground.panel('Hyper-parameters')).toHaveCount(0);
  await page.setViewportSize({ width: 390, height: 844 });
  await playground.settings(true);
  await expect(page.getByRole('dialog', { name: 'Next run' })).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Next run' })).toHaveCount(0);
  await expect(playground.button('Settings of the next run')).toBeFocused();
});

test('a preset waits for its data: nothing trains on others unless that is said', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await page.getByLabel('Preset').selectOption('photos');
  await expect(playground.button('Start')).toBeDisabled();
  await expect(page.locator('.progress:not(.order)')).toContainText(
    'is for CIFAR-10, and Emoji-10 is chosen.',
  );
  await page.locator('h1').click();
  await page.keyboard.press('Space');
  await expect(playground.alert).toContainText('The run cannot start. The preset “CIFAR-10, minutes”');
  await playground.button('Download CIFAR-10…').click();
  await expect(page.getByRole('dialog', { name: 'From Hugging Face' }).getByLabel('Data set')).toHaveValue(
    'cifar10',
  );
  await page.keyboard.press('Escape');
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(120) }]);
  await expect(playground.button('Start')).toBeEnabled();
  await expect(page.getByLabel('Preset')).toHaveValue('photos');

  await page.getByLabel('Preset').selectOption('cifar100');
  await page.getByRole('button', { name: 'Train these settings on' }).click();
  await playground.makeSmall({ batch: 8, steps: 2 });
  await playground.button('Start').click();
  await playground.finished();
  await playground.tab('Runs');
  await expect(playground.panel('Runs').getByRole('listitem').first()).toContainText(
    'Settings of “CIFAR-100, minutes”, on',
  );
});

test('an opened run stands apart from the next run’s settings, which it can hand over', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(64) }]);
  await playground.makeSmall({ batch: 8, steps: 3 });
  await playground.button('Start').click();
  await playground.finished();
  const drawer = page.getByRole('complementary', { name: 'Next run' });
  await expect(drawer).toContainText('The run on the page has the same settings.');
  await playground.number('Steps').fill('50');
  await expect(drawer).toContainText('The run on the page differs in Steps.');
  await expect(page.locator('.this-run')).toContainText('the next run differs in 1 setting');
  await page.locator('.this-run summary').click();
  await expect(page.locator('.this-run .differs dd')).toHaveText('3 next: 50');
  await playground.button('Take over this run’s settings').click();
  await expect(playground.number('Steps')).toHaveValue('3');
});

test('Compare opens with questions: their answers so far, and the runs that answer them', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.tab('Compare');
  const questions = playground.panel('Questions');
  await expect(questions.getByRole('listitem').first()).toContainText(/[−+][\d.]+ ± [\d.]+ points of 20-NN/);
  await expect(questions.getByRole('listitem').first()).toContainText('recorded');
  await questions.getByRole('button', { name: 'Is it better than a small dense network?' }).click();
  await expect(questions).toContainText('VICReg dense, seed 1, width 4');
  await expect(questions).toContainText('6 of 6 runs are to be trained, 390 steps each');
  await expect(questions).toContainText('on the machine of the recorded runs');
  expect(await seriousFaults(page)).toEqual([]);
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(64) },
    { name: 'test_batch.bin', bytes: cifarRecords(30) },
  ]);
  await playground.makeSmall({ batch: 8, steps: 2 });
  await questions.getByRole('button', { name: 'What does half the budget cost?' }).click();
  await questions.getByRole('button', { name: 'Train these runs' }).click();
  const sweep = playground.panel('Sweep');
  await expect(sweep.getByRole('status')).toHaveText('The sweep is over.', { timeout: 120_000 });
  await expect(questions.getByRole('listitem').nth(1)).toContainText('gated, t_d 0.15');
  await expect(questions.getByRole('listitem').nth(1)).toContainText('trained here');
  await questions.getByRole('button', { name: 'Does the choice by image matter?' }).click();
  await questions.getByRole('button', { name: 'Open the Mask lab with this run' }).click();
  await expect(playground.panel('Masks at equal MACs')).toBeVisible();
});
