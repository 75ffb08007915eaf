import { expect, test, type Worker } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

/** The longest that a session may take to compile and to train, milliseconds. */
const PATIENCE_MS = 480_000;

/** What a run file says of each step, without its time. */
function stepsOf(text: string): unknown[] {
  const run: { steps: { ms: number }[] } = JSON.parse(text);
  return run.steps.map(({ ms, ...row }) => row);
}

/** Runs session/worker.ts: others draw maps or plan memory. */
function trains(worker: Worker): boolean {
  return /\/worker-[^/]*\.js$/.test(worker.url());
}

/** The newest worker that trains. */
function sessionWorker(playground: Playground): Worker {
  return playground.page.workers().filter(trains).at(-1)!;
}

/** Ends a worker as an error that nobody catches does. */
async function crash(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('broken by the test');
    });
  });
}

/** Keeps hold of every GPU device that a training worker opens, so that `destroyDevices` finds them. */
function holdDevices(playground: Playground): void {
  playground.page.on('worker', (worker) => {
    if (!trains(worker)) return;
    void worker.evaluate(() => {
      const held: GPUDevice[] = [];
      Object.assign(globalThis, { held });
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...request) {
        const device = await requestDevice.apply(this, request);
        held.push(device);
        return device;
      };
    });
  });
}

async function destroyDevices(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    const { held } = globalThis as unknown as { held: GPUDevice[] };
    for (const device of held) device.destroy();
  });
}

/** Prepares a run of epochs of 15 steps on images of the test's own. */
async function prepare(playground: Playground, engine: 'wasm' | 'webgpu', steps: number): Promise<void> {
  await playground.open();
  await playground.makeSmall({ batch: 8, steps });
  await playground.panel('Engine').getByRole('combobox').selectOption(engine);
  await playground.drop([
    { name: 'data_batch_1.bin', bytes: cifarRecords(120) },
    { name: 'test_batch.bin', bytes: cifarRecords(60) },
  ]);
}

/** The steps of the prepared run, which loses its engine or worker by `lose` in its second epoch. */
async function interrupted(playground: Playground, lose: (worker: Worker) => Promise<void>) {
  await playground.button('Start').click();
  await playground.reachStep(18, PATIENCE_MS);
  await lose(sessionWorker(playground));
  const notice = playground.page.getByRole('status').filter({ hasText: 'Interrupted at step' });
  await expect(notice).toContainText('went on from its checkpoint of step', {
    timeout: PATIENCE_MS,
  });
  await playground.finished(PATIENCE_MS);
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice).toHaveCount(0);
  await expect(playground.alert).toHaveCount(0);
  return stepsOf((await playground.exported('Run')).text);
}

/** The steps of the prepared run when nothing happens to it. */
async function undisturbed(playground: Playground) {
  await playground.button('Start').click();
  await playground.finished(PATIENCE_MS);
  const { text } = await playground.exported('Run');
  await playground.button('Reset').click();
  return stepsOf(text);
}

test('a run whose worker breaks down goes on by itself, and is the run that it would have been', async ({
  page,
}) => {
  const playground = new Playground(page);
  await prepare(playground, 'wasm', 60);
  const straight = await undisturbed(playground);
  expect(straight).toHaveLength(60);
  expect(await interrupted(playground, crash)).toEqual(straight);
});

test('a run whose GPU device is destroyed goes on by itself, and is the run that it would have been', async ({
  page,
}) => {
  const playground = new Playground(page);
  // Each of three sessions compiles some hundred shaders, on a processor that may be busy.
  test.setTimeout(3 * PATIENCE_MS);
  holdDevices(playground);
  await prepare(playground, 'webgpu', 24);
  const straight = await undisturbed(playground);
  expect(straight).toHaveLength(24);
  expect(await interrupted(playground, destroyDevices)).toEqual(straight);
});
