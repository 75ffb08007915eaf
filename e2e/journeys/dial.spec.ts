import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { parseRecordedFile } from '../../src/recorded/recordedFile.ts';
import { dialIn } from '../../src/run/files/runDial.ts';
import { inventedDial } from '../../src/store/run/dial/dial.fixture.ts';
import { seriousFaults } from './accessibility.ts';
import { cifarRecords, Playground } from './playground.ts';
import { waitFor } from './waitFor.ts';

test('after training the budget is a dial: MACs, gates, accuracy and maps follow it, and Escape leaves it', async ({
  page,
}) => {
  test.setTimeout(420_000);
  const playground = new Playground(page);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await playground.open();
  await playground.makeSmall({ batch: 16, steps: 12 });
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(600) },
    { name: 'test_batch.bin', bytes: cifarRecords(300) },
  ]);
  await playground.button('Start').click();
  await playground.finished(180_000);
  const panel = playground.panel('Budget dial');
  // So short a run leaves it to the user.
  await panel.getByRole('button', { name: 'Calibrate the dial' }).click();
  await expect(panel.getByRole('progressbar', { name: 'Calibration of the dial' })).toBeVisible();
  const slider = panel.getByRole('slider');
  await waitFor('the calibration', () => expect(slider).toBeVisible({ timeout: 240_000 }));
  await expect(slider).toHaveAttribute('aria-valuetext', /^as trained/);

  const network = playground.panel('Network');
  const spent = () => playground.page.locator('.budget .readings dd').nth(4).textContent();
  const trained = { spent: await spent(), network: await network.locator('.strip').textContent() };
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(slider).toHaveAttribute('aria-valuetext', /^10 % of the dense MACs asked/);
  await expect(network).toContainText('dial at 10 %');
  await expect(page.getByTestId('gated-map')).toContainText('dial at 10 %');
  const least = { spent: await spent(), network: await network.locator('.strip').textContent() };
  expect(least.spent).not.toBe(trained.spent);
  expect(least.network).not.toBe(trained.network);
  await page.keyboard.press('End');
  await expect(slider).toHaveAttribute('aria-valuetext', /^100 % of the dense MACs asked, [\d.]+ % spent/);
  await page.keyboard.press('ArrowLeft');
  await expect(slider).toHaveAttribute('aria-valuetext', /^90 %/);

  await test.step('the Mask lab cuts the network with the gates of that place', async () => {
    const light = playground.panel('Light network');
    const saved = page.waitForEvent('download');
    await playground.onTab('Mask lab', async () => {
      await expect(light).toContainText('dial at 90 %: with its gates');
      await light.getByRole('button', { name: 'Never-open slice' }).click();
      await waitFor('the slice', () =>
        expect(light).toContainText(/of dense, gates shifted by δ = [+−]/, { timeout: 120_000 }),
      );
    });
    expect((await saved).suggestedFilename()).toMatch(/^dualgate-sliced-never-open-dial0\.9-/);
  });

  await test.step('it has no serious fault, on both themes, wide and narrow', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await seriousFaults(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    // Charts take their new width a frame or two later.
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await slider.focus();
  await page.keyboard.press('Escape');
  await expect(slider).toHaveAttribute('aria-valuetext', /^as trained/);
  expect(await spent()).toBe(trained.spent);
  expect(await network.locator('.strip').textContent()).toBe(trained.network);
  expect((await playground.saved('Budget dial', 'Save CSV')).text.split('\r\n')).toHaveLength(12);

  await test.step('the run file has the dial, and needs no computing when it is opened', async () => {
    const { text } = await playground.exported('Run');
    await playground.openRun('again.json', text);
    await expect(slider).toHaveAttribute('aria-valuetext', /^as trained/);
    await slider.focus();
    await page.keyboard.press('Home');
    expect(await spent()).toBe(least.spent);
    await panel.getByRole('button', { name: 'As trained' }).click();
    expect(await spent()).toBe(trained.spent);
  });
  await test.step('the plot of Compare has the whole curve of this one network', async () => {
    await playground.tab('Compare');
    const pareto = playground.panel('Accuracy against MACs');
    await expect(pareto).toContainText('one network, turned by its dial (ours, not the paper’s)');
    const mark = pareto.getByRole('button', { name: /turned by its dial to 50 % and not trained again/ });
    await mark.focus();
    await expect(pareto.getByRole('status')).toContainText('(standard error) at');
    const { text } = await playground.saved('Accuracy against MACs', 'Save CSV');
    expect(text.match(/by its dial at \d+ %/g)).toHaveLength(10);
  });
  expect(faults).toEqual([]);
});

/** The recorded run of dual gating with an invented dial in its file. */
function dialledRecording(): Buffer {
  const address = new URL('../../public/recorded/dual-gating.run.json.gz', import.meta.url);
  const file = parseRecordedFile(gunzipSync(readFileSync(address)).toString());
  const { config, steps } = file.run;
  const dial = dialIn({ dial: inventedDial(config, steps.at(-1)!.step, [0.2, 0.6]) });
  return gzipSync(JSON.stringify({ ...file, run: { ...file.run, dial } }));
}

test('a recorded run has its dial behind a button, and a link opens it where it was turned', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const playground = new Playground(page);
  const body = dialledRecording();
  await page.route('**/recorded/dual-gating.run.json.gz', (route) => route.fulfill({ body }));
  await page.goto('./');
  await playground.button('Turn the budget dial').click();
  const slider = playground.panel('Budget dial').getByRole('slider');
  await slider.focus();
  await page.keyboard.press('End');
  await expect(slider).toHaveAttribute('aria-valuetext', /^60 % of the dense MACs asked/);
  await expect(playground.button('Calibrate the dial')).toHaveCount(0);
  await playground.button('Copy a link to this moment').click();
  await expect(page.getByText('It opens the recorded run as it is shown.')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#recorded=dual-gating&dial=0\.6$/);
  await page.goto('about:blank');
  await page.goto(link);
  await expect(slider).toHaveAttribute('aria-valuetext', /^60 %/);
  await expect(playground.panel('Network')).toContainText('dial at 60 %');
});
