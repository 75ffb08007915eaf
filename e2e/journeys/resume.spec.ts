import { expect, type Page, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

/** The longest that a session may take to compile and to train, milliseconds. */
const PATIENCE_MS = 480_000;

interface Exported {
  readonly steps: readonly { readonly ms: number }[];
  readonly epochs: readonly unknown[];
  readonly weights: { readonly tensors: Readonly<Record<string, { readonly data: string }>> };
}

/** What a run file says of the course of a run, without its times; and its weights. */
function courseOf(text: string) {
  const { steps, epochs, weights }: Exported = JSON.parse(text);
  return { steps: steps.map(({ ms, ...row }) => row), epochs, tensors: weights.tensors };
}

interface Made {
  readonly engine: 'wasm' | 'webgpu';
  readonly images: number;
  readonly batch: number;
  readonly steps: number;
}

async function prepare(page: Page, { engine, images, batch, steps }: Made): Promise<Playground> {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch, steps });
  await playground.panel('Engine').getByRole('combobox').selectOption(engine);
  await playground.drop([
    { name: 'data_batch_1.bin', bytes: cifarRecords(images) },
    { name: 'test_batch.bin', bytes: cifarRecords(40) },
  ]);
  return playground;
}

/** Ends a page as a fault of the browser does: nothing of it runs any more, and nobody is asked. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // It never answers.
  void session.send('Page.crash').catch(() => {});
  await crashed;
}

/** The prepared run is begun, its page killed at `step`, and the run resumed on another page. */
async function killedAndResumed(
  page: Page,
  made: Made,
  kill: { readonly at: number; readonly kept: number; readonly by: (page: Page) => Promise<void> },
) {
  const playground = await prepare(page, made);
  await playground.button('Start').click();
  await playground.reachStep(kill.at, PATIENCE_MS);
  await expect(playground.panel('Runs')).toContainText(/\d checkpoints?/);
  await kill.by(page);

  return resumedOn(new Playground(await page.context().newPage()), kill.kept);
}

/** The run that a new page offers to resume from the step `kept`, at its end. */
async function resumedOn(next: Playground, kept: number) {
  await next.open();
  const offer = next.page.getByRole('button', { name: /^Resume .* from step/ }).first();
  await expect(offer).toHaveText(new RegExp(`from step ${kept}$`));
  await offer.click();
  await next.finished(PATIENCE_MS);
  await expect(next.alert).toHaveCount(0);
  await expect(next.panel('Log')).toContainText(`Back at the checkpoint of step ${kept}`);
  return courseOf((await next.exported('Run')).text);
}

/** What the page tells of every step, with the head of the table, but for the time that each took. */
async function stepsTold(playground: Playground): Promise<string[]> {
  const { text } = await playground.saved('Loss', 'Save CSV');
  return text
    .trim()
    .split('\r\n')
    .map((line) => line.slice(0, line.lastIndexOf(',')));
}

async function undisturbed(page: Page, made: Made) {
  const playground = await prepare(page, made);
  await playground.button('Start').click();
  await playground.finished(PATIENCE_MS);
  return courseOf((await playground.exported('Run')).text);
}

test('a run whose page crashed is resumed on another, and is the run that it would have been', async ({
  page,
  context,
}) => {
  test.setTimeout(300_000);
  const made: Made = { engine: 'wasm', images: 120, batch: 8, steps: 45 };
  const resumed = await killedAndResumed(page, made, { at: 18, kept: 15, by: crash });
  const straight = await undisturbed(await context.newPage(), made);
  expect(straight.steps).toHaveLength(45);
  expect(resumed).toEqual(straight);
});

// A software adapter compiles for a minute or more for every session: what the killed page had told of the steps that
// are taken again stands for the run that was not disturbed.
test('a run of WebGPU whose page was closed is resumed on another, and takes the very same steps again', async ({
  page,
}) => {
  test.setTimeout(2 * PATIENCE_MS);
  const made: Made = { engine: 'webgpu', images: 20, batch: 4, steps: 10 };
  const playground = await prepare(page, made);
  for (let step = 1; step <= 9; step++) {
    await playground.button('Step').click();
    await playground.reachStep(step, PATIENCE_MS);
  }
  // The table follows the run a moment later.
  await expect.poll(async () => (await stepsTold(playground)).length).toBe(10);
  const told = await stepsTold(playground);
  await page.close();

  const next = new Playground(await page.context().newPage());
  const resumed = await resumedOn(next, 5);
  expect(resumed.steps).toHaveLength(10);
  expect((await stepsTold(next)).slice(0, 10)).toEqual(told);
});
