import { expect, type Page, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { cifarRecords, Playground } from './playground.ts';
import { waitFor } from './waitFor.ts';

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Benchmark' });

async function openBenchmark(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Device' }).click();
  await page.getByRole('button', { name: 'Benchmark…' }).click();
  await expect(dialog(page)).toContainText(/software adapter|hardware GPU/);
}

/** The smallest work that is offered, without the half minutes of stock tfjs. */
async function chooseSmall(page: Page): Promise<void> {
  await dialog(page).getByRole('combobox', { name: 'Width c0' }).selectOption('4');
  await dialog(page).getByRole('combobox', { name: 'Batch' }).selectOption('4');
  await dialog(page).getByRole('checkbox', { name: 'Compare with stock tfjs' }).uncheck();
}

/**
 * Workers that end with their task. The one that keeps runs and the one that draws the views of a card's image
 * are not among them: they stay as long as the page.
 */
function passingWorkers(page: Page): string[] {
  return page
    .workers()
    .map((worker) => worker.url())
    .filter((url) => !/\/(vaultWorker|imageViewsWorker)-[^/]*\.js$/.test(url));
}

test('the benchmark times the compiled engine on this GPU, and its report can be copied', async ({
  page,
  context,
}) => {
  // A software adapter compiles the kernels for half a minute before the first step.
  test.setTimeout(300_000);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const playground = new Playground(page);
  await playground.open();
  await openBenchmark(page);
  await chooseSmall(page);
  await playground.button('Measure').click();
  await expect(dialog(page).getByRole('status')).toContainText(/engine|matrix/);
  await expect(playground.button('Cancel')).toBeFocused();

  const table = dialog(page).getByRole('table');
  await waitFor('the benchmark', () => expect(table).toContainText('width 4, batch 4', { timeout: 240_000 }));
  const images = await table
    .getByRole('row', { name: /^Images per second/ })
    .getByRole('cell')
    .textContent();
  expect(Number(images?.replaceAll(',', ''))).toBeGreaterThan(0);
  // One where a step is fast; a software adapter's is cut into more.
  await expect(table.getByRole('row', { name: /^Submits/ }).getByRole('cell')).toHaveText(/^[1-9]\d*$/);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page), colorScheme).toEqual([]);
  }

  await playground.button('Copy as text').click();
  await expect(dialog(page)).toContainText('Copied.');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^DualGate benchmark, \d{4}-\d\d-\d\d\nAdapter: .+\nWork: .*width 4, batch 4/);
  expect(copied).toMatch(/[\d.]+ ms a step, [\d.]+ images\/s, [\d.]+ GFLOP\/s/);

  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  await expect(playground.button('Benchmark…')).toBeFocused();
  await expect.poll(() => passingWorkers(page)).toEqual([]);
});

test('a benchmark is cancelled while it loads, and the page still trains', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 2 });
  // The benchmark's script never arrives: its worker waits, as it would on a slow network.
  await page.route('**/worker-*.js', () => {});
  await openBenchmark(page);
  await chooseSmall(page);
  await playground.button('Measure').click();
  await expect(dialog(page).getByRole('status')).toContainText('engine: loading');
  await playground.button('Cancel').click();
  await expect(playground.button('Measure')).toBeFocused();
  await expect.poll(() => passingWorkers(page)).toEqual([]);
  await page.unroute('**/worker-*.js');
  await playground.button('Close').click();
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(100) }]);
  await playground.button('Start').click();
  await playground.finished();
});

test('a benchmark waits for a run to be paused, and the keys of the page rest meanwhile', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 100_000 });
  await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(100) }]);
  await playground.button('Start').click();
  await playground.reachStep(2);
  await openBenchmark(page);
  await expect(dialog(page)).toContainText('the times would be wrong');
  await expect(playground.button('Measure')).toBeDisabled();
  await playground.button('Pause the run').click();
  await expect(playground.button('Measure')).toBeEnabled();
  const held = await playground.steps();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await playground.button('Close').click();
  await expect(playground.button('Resume')).toBeVisible();
  expect(await playground.steps()).toBe(held);
});

test('without WebGPU the dialog says what to do, and never starts', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'gpu', {
      get: () => ({ requestAdapter: () => Promise.resolve(null) }),
    });
  });
  const playground = new Playground(page);
  await playground.open();
  await playground.tab('Device');
  await playground.button('Benchmark…').click();
  await expect(dialog(page)).toContainText('offers no adapter');
  await expect(playground.button('Measure')).toBeDisabled();
});

test('tile shapes that were measured on a GPU can be forgotten', async ({ page }) => {
  await page.addInitScript(() => {
    const adapter = { info: { isFallbackAdapter: false } };
    Object.defineProperty(Navigator.prototype, 'gpu', {
      get: () => ({ requestAdapter: () => Promise.resolve(adapter) }),
    });
  });
  const playground = new Playground(page);
  await playground.open();
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('dualgate', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('tunings').put({}, 'some adapter');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          opening.result.close();
          resolve();
        };
      }),
  );
  await openBenchmark(page);
  await playground.button('Measure tiles again').click();
  await expect(dialog(page)).toContainText('The next run on this GPU measures');
  const left = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const opening = indexedDB.open('dualgate', 1);
        opening.onsuccess = () => {
          const counting = opening.result.transaction('tunings').objectStore('tunings').count();
          counting.onsuccess = () => resolve(counting.result);
        };
      }),
  );
  expect(left).toBe(0);
});

test('the GPU that saves power is asked for where that was chosen, and on the next visit too', async ({
  page,
}) => {
  await page.addInitScript(() => {
    const adapter = { info: { isFallbackAdapter: false } };
    Object.defineProperty(Navigator.prototype, 'gpu', {
      get: () => ({
        requestAdapter: ({ powerPreference }: GPURequestAdapterOptions) => {
          document.documentElement.dataset.asked = powerPreference;
          return Promise.resolve(adapter);
        },
      }),
    });
  });
  const asked = () => page.evaluate(() => document.documentElement.dataset.asked);
  const playground = new Playground(page);
  await playground.open();
  await openBenchmark(page);
  await expect.poll(asked).toBe('high-performance');
  await playground.button('Close').click();
  const save = playground.panel('Engine').getByRole('checkbox', { name: /Save power/ });
  await save.check();
  await page.reload();
  await expect(save).toBeChecked();
  await openBenchmark(page);
  await expect.poll(asked).toBe('low-power');
});

test('the memory of a run is told before it starts, and follows width and engine', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open();
  const memory = playground.panel('Hyper-parameters').getByText('Memory of the next run');
  const megabytes = async () => {
    const text = await memory.textContent();
    const [, amount, unit] = /about ([\d.]+) (MB|GB) with WebGPU/.exec(text ?? '') ?? [];
    return unit === 'GB' ? 1000 * Number(amount) : Number(amount ?? Number.NaN);
  };
  await expect.poll(megabytes).toBeGreaterThan(10);
  const preset = await megabytes();
  await playground.number('Width c0').fill('16');
  // Maps grow with the width, weights with its square; images do not.
  await expect.poll(megabytes).toBeGreaterThan(1.5 * preset);
  expect(await megabytes()).toBeLessThan(4 * preset);
  await playground.number('Width c0').fill('8');
  await expect.poll(megabytes).toBe(preset);
  await playground.panel('Engine').getByRole('combobox').selectOption('wasm');
  await expect(memory).toContainText(/about [\d.]+ MB with WASM\./);
  await playground.panel('Engine').getByRole('combobox').selectOption('cpu');
  await expect(memory).toContainText('not known beforehand');
  await expect.poll(() => passingWorkers(page)).toEqual([]);
});
