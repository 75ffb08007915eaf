import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { axeOn } from './accessibility.ts';
import { courseOf } from './course.ts';
import { cifarRecords, Playground } from './playground.ts';
import { waitFor } from './waitFor.ts';

const IMAGES = [
  { name: 'data_batch_1.bin', bytes: cifarRecords(64) },
  { name: 'test_batch.bin', bytes: cifarRecords(30) },
];

/** A run of four epochs of 8 steps on images of the test's own; nothing is recorded. */
async function openSmall(page: Page, steps: number): Promise<Playground> {
  await page.route('**/recorded/*.json', (route) => route.fulfill({ status: 404, body: '' }));
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages(IMAGES);
  await playground.makeSmall({ batch: 8, steps });
  await playground.tab('Runs');
  return playground;
}

async function act(playground: Playground, run: string, item: string): Promise<void> {
  await playground.tab('Runs');
  const runs = playground.panel('Runs');
  await runs.getByRole('button', { name: `Menu of ${run}` }).click();
  await runs.getByRole('button', { name: item, exact: true }).click();
}

test('runs are named, noted, opened, duplicated and deleted in one list that outlives a reload', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const playground = await openSmall(page, 8);
  const runs = playground.panel('Runs');
  const standard = 'Dual gating, t_d 0.30, seed 1';
  await expect(runs).toContainText('every run is kept in this list');

  await test.step('a run is in the list from its start, and with its numbers at its end', async () => {
    await playground.button('Start').click();
    await expect(runs.getByRole('listitem', { name: standard })).toContainText('training here');
    await playground.finished();
    await expect(runs.getByRole('listitem', { name: standard })).toContainText('finished, 8 steps');
    await expect(runs.getByRole('listitem', { name: standard })).toContainText(/Dense 20-NN [\d.]+ %/);
    await expect(runs.getByRole('listitem', { name: standard })).toContainText(/[\d.]+ .?B on disk/);
  });

  await test.step('it is given a name and a note', async () => {
    await act(playground, standard, 'Rename or note…');
    await runs.getByLabel('Name').fill('First try');
    await runs.getByLabel('Note').fill('with r and Space');
    await runs.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(runs.getByRole('listitem', { name: 'First try' })).toContainText('with r and Space');
    await expect(runs.getByRole('button', { name: 'Menu of First try' })).toBeFocused();
  });

  await test.step('the list has nothing that a checker of accessibility would fault', async () => {
    const { violations } = await axeOn(page).include('.tabs').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  await test.step('after a reload it is there, and opens with its curves, its result and its weights', async () => {
    await page.reload();
    await expect(page.getByRole('button', { name: /^Resume/ })).toHaveCount(0);
    await runs.getByRole('listitem', { name: 'First try' }).getByRole('button', { name: 'Open' }).click();
    await expect(page.getByText('opened: First try')).toBeVisible();
    await expect(playground.panel('Result')).toBeVisible();
    await expect(page.locator('.recharts-line').first()).toBeVisible();
    const run = JSON.parse((await playground.exported('Run')).text);
    expect(run.steps).toHaveLength(8);
    expect(run.weights.tensors['backbone.conv1.weight'].shape).toEqual([2, 3, 3, 3]);
  });

  await test.step('its settings become those of the next run', async () => {
    await expect(playground.number('Batch')).not.toHaveValue('8');
    await act(playground, 'First try', 'Duplicate its settings');
    await expect(playground.number('Batch')).toHaveValue('8');
    await expect(playground.number('Width c0')).toHaveValue('2');
  });

  await test.step('it is deleted, brought back, and deleted for good', async () => {
    await act(playground, 'First try', 'Delete');
    await expect(runs.getByRole('listitem')).toHaveCount(0);
    await runs.getByRole('button', { name: 'Undo' }).click();
    await expect(runs.getByRole('listitem', { name: 'First try' })).toContainText('with r and Space');
    // From here on the test moves the page's clock: after a minute, a deletion can no longer be undone.
    await page.clock.install();
    await act(playground, 'First try', 'Delete');
    await expect(runs.getByRole('button', { name: 'Undo' })).toBeVisible();
    await page.clock.fastForward('01:00');
    await expect(runs.getByRole('button', { name: 'Undo' })).toHaveCount(0);
    await page.reload();
    await expect(runs).toContainText('every run is kept in this list');
  });
});

test('a paused run is offered after a reload as it was when it was paused', async ({ page }) => {
  const playground = await openSmall(page, 24);
  await playground.beginHeld(3);
  const menu = page.getByRole('button', { name: 'Menu of Dual gating, t_d 0.30, seed 1' });
  await expect(async () => {
    await menu.click();
    await expect(page.getByRole('button', { name: 'New run from step 3' })).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.reload();
  await page.getByRole('button', { name: /^Resume .* from step 3$/ }).click();
  await playground.finished();
  await expect(playground.panel('Runs')).toContainText('finished, 24 steps');
});

test('a checkpoint that was asked for begins another run, and the first one stays', async ({ page }) => {
  const playground = await openSmall(page, 24);
  const runs = playground.panel('Runs');
  const standard = 'Dual gating, t_d 0.30, seed 1';
  const step = 10;
  await playground.beginHeld(step);
  await act(playground, standard, 'Keep a checkpoint now');
  await playground.button('Resume').click();
  await playground.finished();
  // When the run ends, the checkpoints of its epochs are removed.
  await expect(runs).toContainText(/, 1 checkpoint(?!s)/);
  const first = courseOf((await playground.exported('Run')).text);

  await act(playground, standard, `New run from step ${step}`);
  await playground.finished();
  const branch = runs.getByRole('listitem').filter({ hasText: `Begun with step ${step} of ${standard}` });
  await expect(branch).toContainText('finished, 24 steps');
  await expect(runs.getByRole('listitem')).toHaveCount(2);
  expect(courseOf((await playground.exported('Run')).text)).toEqual(first);
});

test('a run that was ended early goes on in the same visit, is kept, and saved with its checkpoint', async ({
  page,
}) => {
  const playground = await openSmall(page, 800);
  const row = playground.panel('Runs').getByRole('listitem').first();
  await playground.beginHeld(10);
  await playground.button('End the run now and evaluate it').click();
  await playground.finished();
  await expect(row).toContainText('ended early after 10 steps');
  await row.getByRole('button', { name: 'Resume from step 10' }).click();
  // On a busy machine the run may be far ahead of the page.
  await playground.button('Pause').click();
  await expect(playground.button('Resume')).toBeVisible();
  await playground.button('End the run now and evaluate it').click();
  await playground.finished();
  const steps = await playground.steps();
  await expect(row).toContainText(`ended early after ${steps} steps`);

  await page.reload();
  await expect(row.getByRole('button', { name: `Resume from step ${steps}` })).toBeVisible();
  const download = page.waitForEvent('download');
  // It is one run with one result, that of its last end.
  await expect(playground.panel('Runs').getByRole('listitem')).toHaveCount(1);
  await act(playground, 'Dual gating, t_d 0.30, seed 1', 'Save the run file');
  const saved = JSON.parse(await readFile(await (await download).path(), 'utf8'));
  expect(saved.steps).toHaveLength(steps);
  expect(atob(saved.checkpoint.slice(0, 8)).startsWith('DGCP')).toBe(true);
  // So it does from the page on which it is looked at.
  await row.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByText(/^opened: /)).toBeVisible();
  expect(JSON.parse((await playground.exported('Run')).text).checkpoint).toBe(saved.checkpoint);
  await playground.tab('Runs');
  await row.getByRole('button', { name: `Resume from step ${steps}` }).click();
  await waitFor('the rest of the run', () =>
    expect(row).toContainText('finished, 800 steps', { timeout: 120_000 }),
  );
});

test('a run of files is resumed from the page’s copy; without one it asks for them, and refuses others', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const playground = await openSmall(page, 100_000);
  const runs = playground.panel('Runs');
  const row = runs.getByRole('listitem').first();
  const resume = row.getByRole('button', { name: /^Resume from step/ });

  await test.step('a reload breaks it off; the copy of its images brings it back', async () => {
    await playground.button('Start').click();
    await playground.reachStep(9);
    await act(playground, 'Dual gating, t_d 0.30, seed 1', 'Keep a checkpoint now');
    await expect(row).toContainText(/[2-9] checkpoints/);
    await page.reload();
    await resume.click();
    await playground.reachStep(10);
    await playground.onTab('Run', () =>
      expect(playground.panel('Log')).toContainText('Back at the checkpoint of step'),
    );
  });

  await test.step('without the copy it asks for the files', async () => {
    await page.reload();
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      await root.removeEntry('dualgate-images', { recursive: true });
    });
    await resume.click();
    await expect(runs.getByRole('alert')).toContainText(
      'Choose its files again in the Data panel, then resume it: data_batch_1.bin, test_batch.bin.',
    );
  });

  await test.step('other images are refused in words, and the run stays as it was', async () => {
    const [, tests] = IMAGES;
    await playground.dropImages([{ name: 'data_batch_1.bin', bytes: cifarRecords(80) }, tests!]);
    await resume.click();
    await expect(playground.alert.first()).toContainText(
      'These are other images than the run was trained on',
    );
    await page.reload();
    await expect(resume).toBeVisible();
  });

  await test.step('its own are taken, and it goes on', async () => {
    await playground.dropImages(IMAGES);
    await resume.click();
    await playground.reachStep(10);
    await playground.button('End the run now and evaluate it').click();
    await playground.finished();
    await expect(row).toContainText('ended early after');
  });
});
