import { expect, test } from '@playwright/test';
import { type ExportedWeights, floats, independentFeatures } from '../independentForward.ts';
import { Playground } from './playground.ts';

/** Steps of the run: so many that the budget moves before the run ends, on any machine. */
const STEPS = 600;

test('a new user trains on the embedded data, moves the budget, and takes the weights away', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const playground = new Playground(page);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await playground.open();
  await playground.makeSmall({ batch: 16, steps: STEPS });
  await playground.button('Start').click();

  await test.step('the first steps draw the loss and its terms', async () => {
    await playground.reachStep(3);
    // The untrained network is mapped as soon as the test images are here.
    await expect(page.getByTestId('dense-map')).toContainText(/PCA|UMAP/);
    await playground.button('Pause').click();
    await expect(playground.panel('Loss').locator('.recharts-line-curve').last()).toHaveAttribute('d', /L/);
    await expect(playground.panel('Terms and learning rate').locator('svg.recharts-surface')).toHaveCount(6);
    await expect(page.getByText('trained here', { exact: true })).toBeVisible();
    await playground.onTab('Device', () => expect(playground.panel('Device')).toContainText('passed'));
  });

  await test.step('both maps appear, of the first test images: PCA, then UMAP', async () => {
    await expect(page.getByTestId('dense-map')).toContainText(/PCA|UMAP/);
    await expect(page.getByTestId('gated-map')).toContainText(/PCA|UMAP/);
    await expect(playground.panel('Maps of the test images')).toContainText(/\d+ of 1,000 test images/);
  });

  await test.step('pause holds the run, step makes one step', async () => {
    await expect(playground.button('Resume')).toBeVisible();
    const held = await playground.steps();
    await playground.button('Step').click();
    await expect.poll(() => playground.steps()).toBe(held + 1);
    await expect(playground.button('Resume')).toBeVisible();
  });

  await test.step('the memory of its engine is told, with how each number came about', async () => {
    await playground.onTab('Device', () =>
      expect(playground.panel('Device').getByRole('region', { name: 'Memory' })).toContainText(
        /In WASM\s*[\d.]+ MB counted: .+In tfjs’s WASM\s*[\d.]+ MB measured: .+Tensors\s*\d+, [\d.]+ kB counted by tfjs/,
      ),
    );
  });

  await test.step('the budget moves while the run trains, and the curves are marked', async () => {
    await playground.button('Resume').click();
    await expect(playground.button('Pause')).toBeVisible();
    await page.locator('#budget').fill('0.5');
    await expect(playground.panel('Log')).toContainText('t_d set from 0.30 to 0.50');
    await expect(playground.panel('MAC ratio')).toContainText('t_d .30 → .50');
  });

  await test.step('the end shows channels, accuracies with their floors, and the result', async () => {
    await playground.finished(180_000);
    const blocks = playground.panel('Network').locator('.gates');
    await expect(blocks).toHaveCount(8);
    await expect(blocks.first()).toHaveAttribute('aria-label', /^layer1\.0: [\d.]+ % of 2 channels open/);
    for (const label of ['dense', 'gated', 'raw pixels', 'untrained dense', 'untrained gated']) {
      const reading = new RegExp(`^${label} [0-9.]+ %$`);
      await expect(playground.panel('20-NN accuracy').getByText(reading)).toBeVisible();
    }
    await expect(playground.panel('Result')).toContainText(/MACs saved\s*[\d.]+ %/);
    await playground.mapsDrawn(`epoch 2, step ${STEPS}`);
  });

  await test.step('the exported weights give the page’s features in another program', async () => {
    const { name, text } = await playground.exported('Weights');
    expect(name).toBe(`dualgate-weights-dual-gating-w2-td0.50-seed1-step${STEPS}.json`);
    const weights: ExportedWeights = JSON.parse(text);
    for (const branch of ['gated', 'dense'] as const) {
      const exported = floats(weights.parity.features[branch]!);
      const computed = independentFeatures(weights, branch);
      expect(computed).toHaveLength(16);
      for (const [image, features] of computed.entries()) {
        const page = exported.subarray(image * features.length, (image + 1) * features.length);
        expect(relativeDistance(page, features), `${branch} image ${image}`).toBeLessThan(1e-3);
      }
    }
    expect(relativeDistance(...branchesOfFirstImage(weights)), 'the branches differ').toBeGreaterThan(1e-2);
  });
  expect(faults).toEqual([]);
});

function branchesOfFirstImage(weights: ExportedWeights): [Float64Array, Float64Array] {
  const { gated, dense } = weights.parity.features;
  const length = 8 * weights.architecture.width;
  return [floats(gated!).subarray(0, length), floats(dense!).subarray(0, length)];
}

function relativeDistance(a: Float64Array, b: Float64Array): number {
  const norm = (values: Float64Array) => Math.hypot(...values);
  return norm(a.map((value, i) => value - b[i]!)) / norm(b);
}
