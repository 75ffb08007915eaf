import { expect, type Locator, test } from '@playwright/test';
import { Playground } from './playground.ts';
import { waitFor } from './waitFor.ts';

/** The per cent that a cell or line begins with. */
async function percents(cells: Locator): Promise<number[]> {
  return (await cells.allTextContents()).map((text) => Number(/[\d.]+/.exec(text)?.[0]));
}

test('a user evaluates the weights as papers do, while training goes on and at the end', async ({ page }) => {
  test.setTimeout(420_000);
  const playground = new Playground(page);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await playground.open();
  await page.getByRole('tab', { name: 'Evaluate' }).click();
  const panel = playground.panel('Evaluate');
  await expect(panel.getByText('There is nothing to evaluate yet')).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Evaluate', exact: true })).toBeDisabled();
  await playground.makeSmall({ batch: 16, steps: 100_000, width: 4 });
  await playground.button('Start').click();
  await playground.reachStep(3);

  await test.step('an evaluation beside training can be cancelled, and training goes on', async () => {
    await panel.getByRole('button', { name: 'Evaluate', exact: true }).click();
    await expect(panel.getByRole('progressbar', { name: 'Evaluation' })).toBeVisible();
    await waitFor('the time that is left', () =>
      expect(panel.getByText('left')).toBeVisible({ timeout: 90_000 }),
    );
    await panel.getByRole('button', { name: 'Cancel evaluation' }).click();
    await expect(panel.getByText('Cancelled.')).toBeVisible({ timeout: 60_000 });
    await playground.reachStep((await playground.steps()) + 2);
    await expect(playground.panel('Accuracies').getByRole('table')).toHaveCount(0);
  });

  await playground.button('End the run now and evaluate it').click();
  await playground.finished(180_000);
  await panel.getByRole('checkbox', { name: '20-NN, Euclidean' }).check();
  await panel.getByRole('button', { name: 'Evaluate', exact: true }).click();
  const accuracies = playground.panel('Accuracies');
  const scores = accuracies.getByRole('region', { name: 'Accuracies by measure and branch' });
  await waitFor('the evaluation', () => expect(scores).toBeVisible({ timeout: 180_000 }));

  await test.step('its 20-NN accuracies are those that the run ended with', async () => {
    const row = scores.getByRole('row', { name: '20-NN, cosine' });
    await expect(row).toContainText(/[\d.]+ % ± [\d.]+/);
    const [gated, dense] = await percents(row.getByRole('cell'));
    await playground.tab('Run');
    const result = playground.panel('Result');
    const ended = async (branch: string) => {
      const entry = result.locator('dl > div').filter({ hasText: `20-NN ${branch}` });
      return (await percents(entry.locator('dd')))[0];
    };
    expect([gated, dense]).toEqual([await ended('gated'), await ended('dense')]);
    await playground.tab('Evaluate');
  });

  await test.step('each class has its accuracy, by any measure', async () => {
    await accuracies.getByText('Class by class').click();
    const classes = accuracies.getByRole('region', { name: 'Accuracies by class and branch' });
    await accuracies.getByLabel('Measure', { exact: true }).selectOption({ label: 'Ridge probe' });
    await expect(classes).toContainText('Ridge probe: accuracy on the test images of each class');
    await expect(classes.getByRole('row', { name: 'airplane' })).toContainText(/100.*[\d.]+ % ± [\d.]+/);
    await expect(classes.getByRole('row')).toHaveCount(11);
  });

  await test.step('branches are compared on the same images, and everything can be saved', async () => {
    const compared = accuracies.getByRole('region', { name: 'Branches compared on the same images' });
    await expect(compared.getByRole('row')).toHaveCount(7);
    await expect(compared.getByRole('row', { name: 'Linear probe' })).toContainText(
      /gated − dense.*: .*images.*(they differ|no difference shown)/,
    );
    await expect(accuracies.getByText('learned from 5,000 training images, 500 of each')).toBeVisible();
    expect((await playground.saved('Accuracies', 'Save CSV')).text).toMatch(/Ridge probe,gated − dense,/);
    await expect(playground.panel('First dimensions').locator('svg.recharts-surface')).toBeVisible();
    expect((await playground.saved('First dimensions', 'Save CSV')).text.split('\r\n')).toHaveLength(14);
    await expect(playground.panel('Spread of features')).toContainText(/gated: effective rank [\d.]+ of 32/);
  });
  expect(faults).toEqual([]);
});
