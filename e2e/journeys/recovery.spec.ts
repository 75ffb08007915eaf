import { expect, test, type Worker } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

/** What a run file says of each step, without its time. */
function stepsOf(text: string): unknown[] {
  const run: { steps: { ms: number }[] } = JSON.parse(text);
  return run.steps.map(({ ms, ...row }) => row);
}

/** The newest worker that trains. */
function sessionWorker(playground: Playground): Worker {
  const sessions = playground.page.workers().filter((worker) => !/mapWorker/.test(worker.url()));
  return sessions.at(-1)!;
}

/** Ends a worker as an error that nobody catches does. */
async function crash(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('broken by the test');
    });
  });
}

/** Keeps hold of every GPU device that the page's workers open, so that `destroyDevices` finds them. */
function holdDevices(playground: Playground): void {
  playground.page.on('worker', (worker) => {
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

/** Prepares a run of four epochs of 15 steps on small images of the test's own. */
async function prepare(playground: Playground, engine: 'wasm' | 'webgpu'): Promise<void> {
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 60 });
  await playground.panel('Engine').getByRole('combobox').selectOption(engine);
  await playground.drop([
    { name: 'data_batch_1.bin', bytes: cifarRecords(120) },
    { name: 'test_batch.bin', bytes: cifarRecords(60) },
  ]);
}

/** The steps of the prepared run, which loses its engine or worker by `lose` in its second epoch. */
async function interrupted(playground: Playground, lose: (worker: Worker) => Promise<void>) {
  await playground.button('Start').click();
  await playground.reachStep(18);
  await lose(sessionWorker(playground));
  const notice = playground.page.getByRole('status').filter({ hasText: 'Interrupted at step' });
  await expect(notice).toContainText('went on from its checkpoint of step');
  await playground.finished();
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice).toHaveCount(0);
  await expect(playground.alert).toHaveCount(0);
  return stepsOf((await playground.exported('Run')).text);
}

/** The steps of the prepared run when nothing happens to it. */
async function undisturbed(playground: Playground) {
  await playground.button('Start').click();
  await playground.finished();
  const { text } = await playground.exported('Run');
  await playground.button('Reset').click();
  return stepsOf(text);
}

test('a run whose worker breaks down goes on by itself, and is the run that it would have been', async ({
  page,
}) => {
  const playground = new Playground(page);
  await prepare(playground, 'wasm');
  const straight = await undisturbed(playground);
  expect(straight).toHaveLength(60);
  expect(await interrupted(playground, crash)).toEqual(straight);
});

// tfjs's WebGPU backend takes up to 40 s a step on a software adapter: 120 steps would take an hour.
test.fixme('a run whose GPU device is destroyed goes on by itself, and is the run that it would have been', async ({
  page,
}) => {
  const playground = new Playground(page);
  holdDevices(playground);
  await prepare(playground, 'webgpu');
  const straight = await undisturbed(playground);
  expect(await interrupted(playground, destroyDevices)).toEqual(straight);
});
