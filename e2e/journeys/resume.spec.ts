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

/** The prepared run is begun, its page killed in its second epoch or soon after, and the run resumed on another page. */
async function killedAndResumed(page: Page, made: Made) {
  const playground = await prepare(page, made);
  await playground.button('Start').click();
  const epoch = made.images / made.batch;
  await playground.reachStep(epoch + 2, PATIENCE_MS);
  await expect(playground.panel('Runs')).toContainText(/\d checkpoints?/);
  await crash(page);

  const next = new Playground(await page.context().newPage());
  await next.open();
  const offer = next.page.getByRole('button', { name: /^Resume .* from step/ }).first();
  const [, kept] = /from step (\d+)$/.exec((await offer.textContent())!)!;
  expect(Number(kept)).toBeLessThan(made.steps);
  expect(Number(kept) % epoch).toBe(0);
  await offer.click();
  await next.finished(PATIENCE_MS);
  await expect(next.alert).toHaveCount(0);
  await expect(next.panel('Log')).toContainText(`Back at the checkpoint of step ${kept}`);
  return courseOf((await next.exported('Run')).text);
}

async function undisturbed(page: Page, made: Made) {
  const playground = await prepare(page, made);
  await playground.button('Start').click();
  await playground.finished(PATIENCE_MS);
  return courseOf((await playground.exported('Run')).text);
}

const RUNS = [
  { engine: 'wasm', images: 120, batch: 8, steps: 45 },
  // A software adapter compiles for half a minute in every session, and has three.
  { engine: 'webgpu', images: 20, batch: 4, steps: 25 },
] as const;

for (const made of RUNS) {
  test(`a run on ${made.engine} whose page crashed is resumed on another, and is the run that it would have been`, async ({
    page,
    context,
  }) => {
    test.setTimeout(2 * PATIENCE_MS);
    const resumed = await killedAndResumed(page, made);
    const straight = await undisturbed(await context.newPage(), made);
    expect(straight.steps).toHaveLength(made.steps);
    expect(resumed).toEqual(straight);
  });
}
