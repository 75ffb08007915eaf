import { expect, type Page, test } from '@playwright/test';
import { courseOf } from './course.ts';
import { Playground } from './playground.ts';
import { PREPARATIONS, prepare, recorded } from './recordings.ts';

/** The longest that a session may take to compile and to train, milliseconds. */
const PATIENCE_MS = 480_000;

const NAME = 'undisturbed on wasm';

/** Ends a page as a fault of the browser does: all of its code stops, and the user is not asked. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // The command never gets an answer.
  void session.send('Page.crash').catch(() => {});
  await crashed;
}

/**
 * Begins the prepared run, kills its page in the second epoch or soon after, and resumes the run on another
 * page.
 */
async function killedAndResumed(page: Page) {
  const { images, batch, steps } = PREPARATIONS[NAME];
  const playground = new Playground(page);
  await prepare(playground, PREPARATIONS[NAME]);
  await playground.button('Start').click();
  const epoch = images / batch;
  await playground.reachStep(epoch + 2, PATIENCE_MS);
  await playground.tab('Runs');
  await expect(playground.panel('Runs')).toContainText(/\d checkpoints?/);
  await crash(page);

  const next = new Playground(await page.context().newPage());
  await next.open();
  const offer = next.page.getByRole('button', { name: /^Resume .* from step/ }).first();
  const [, kept] = /from step (\d+)$/.exec((await offer.textContent())!)!;
  expect(Number(kept)).toBeLessThan(steps);
  expect(Number(kept) % epoch).toBe(0);
  await offer.click();
  await next.finished(PATIENCE_MS);
  await expect(next.alert).toHaveCount(0);
  await expect(next.panel('Log')).toContainText(`Back at the checkpoint of step ${kept}`);
  return courseOf((await next.exported('Run')).text);
}

// That WebGPU goes on from a checkpoint as it would have gone on, recovery.spec.ts shows.
test('a run whose page crashed is resumed on another, and is the run that it would have been', async ({
  page,
  browser,
}) => {
  test.setTimeout(2 * PATIENCE_MS);
  const resumed = await killedAndResumed(page);
  const straight = courseOf(await recorded(browser, NAME));
  expect(straight.steps).toHaveLength(PREPARATIONS[NAME].steps);
  expect(resumed).toEqual(straight);
});
