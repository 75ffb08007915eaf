import { expect, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

const DATA = [{ name: 'data_batch_1.bin', bytes: cifarRecords(120) }];

interface Case {
  readonly name: string;
  readonly system: string;
  readonly form?: 'dual' | 'slimclr';
  readonly contrastive?: boolean;
  /** Branches that the result names. */
  readonly branches: readonly string[];
  /** Curves of the terms panel. */
  readonly terms: number;
}

const CASES: readonly Case[] = [
  { name: 'VICReg', system: 'VICReg dense', branches: ['dense'], terms: 4 },
  { name: 'VICReg-Gating', system: 'VICReg gated', branches: ['gated'], terms: 6 },
  {
    name: 'dual slim',
    system: 'Slimmable',
    form: 'dual',
    branches: ['dense', 'width .55'],
    terms: 4,
  },
  {
    name: 'SlimCLR with its contrastive objective',
    system: 'Slimmable',
    form: 'slimclr',
    contrastive: true,
    branches: ['dense', 'width .75', 'width .50', 'width .25'],
    terms: 8,
  },
];

for (const { name, system, form, contrastive, branches, terms } of CASES) {
  test(`${name} trains in the page and shows what it has of its own`, async ({ page }) => {
    const playground = new Playground(page);
    await playground.open();
    await playground.makeSmall({ batch: 8, steps: 10 });
    await playground.dropImages(DATA);
    const method = playground.panel('Method');
    await method.getByLabel(system, { exact: true }).check();
    if (form) {
      // The least width of a network that three widths share.
      await playground.number('Width c0').fill('4');
      await method.getByLabel('Form').selectOption(form);
    }
    if (contrastive) await method.getByLabel('Objective').selectOption('contrastive');
    const gated = branches.includes('gated');
    await expect(page.locator('#budget')).toBeEnabled({ enabled: gated });
    await playground.button('Start').click();
    await playground.finished();
    const result = playground.panel('Result');
    for (const branch of branches)
      await expect(result).toContainText(new RegExp(`20-NN ${branch}\\s*[\\d.]+ %`));
    await expect(playground.panel('Terms and learning rate').locator('svg.recharts-surface')).toHaveCount(
      terms,
    );
    const gradients = playground.panel('Gradients of the widths');
    if (form === undefined) {
      await expect(gradients).toBeHidden();
    } else {
      await expect(gradients).toContainText(/r_full\s*[\d.]+/);
      await expect(gradients).toContainText(
        form === 'dual' ? 'one loss couples both widths' : /width \.25\s*−?-?[\d.]+/,
      );
    }
    const { text } = await playground.exported('Run');
    const file: unknown = JSON.parse(text);
    expect(file).toMatchObject({
      config: { system: expect.any(String) },
      final: { knn20: expect.anything() },
    });
  });
}

test('the slider tells what a network cannot spend less than', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.number('Width c0').fill('4');
  const panel = playground.panel('Compute budget');
  await expect(panel).toContainText(/Smallest reachable with every gate closed: [\d.]+ %/);
  await page.locator('#budget').fill('0.05');
  await expect(panel).toContainText('This network cannot spend less than');
  await page.locator('#budget').fill('0.30');
  await expect(panel).not.toContainText('This network cannot spend less than');
});
