import { expect, test, type Worker } from '@playwright/test';
import { courseOf } from './course.ts';
import { Playground } from './playground.ts';
import { PREPARATIONS, prepare, recorded } from './recordings.ts';
import { waitFor } from './waitFor.ts';

/** The longest that a session may take to compile and to train, milliseconds. */
const PATIENCE_MS = 480_000;

/** The address of session/worker.ts; other workers draw maps or plan memory. */
const TRAINS = /\/worker-[^/]*\.js$/;

/** The newest worker that trains. */
function sessionWorker(playground: Playground): Worker {
  return playground.page
    .workers()
    .filter((worker) => TRAINS.test(worker.url()))
    .at(-1)!;
}

/** Ends a worker as an uncaught error does. */
async function crash(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('broken by the test');
    });
  });
}

declare global {
  /** In a worker that is told to: the GPU devices that it has opened. */
  var held: GPUDevice[] | undefined;
}

/**
 * Keeps hold of every GPU device that a training worker opens, so that `destroyDevices` finds them. It is put
 * before the worker's own code, because a worker that is told later may have its device already.
 */
async function holdDevices(playground: Playground): Promise<void> {
  const hold = () => {
    const held: GPUDevice[] = [];
    globalThis.held = held;
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...request) {
      const device = await requestDevice.apply(this, request);
      held.push(device);
      return device;
    };
  };
  await playground.page.route(TRAINS, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${hold})();${await response.text()}` });
  });
}

async function destroyDevices(worker: Worker): Promise<void> {
  const destroyed = await worker.evaluate(() => {
    for (const device of globalThis.held ?? []) device.destroy();
    return globalThis.held?.length;
  });
  expect(destroyed).toBeGreaterThan(0);
}

/** The course of the prepared run, when `lose` takes its engine or worker away after `step` steps. */
async function interrupted(playground: Playground, step: number, lose: (worker: Worker) => Promise<void>) {
  await playground.button('Start').click();
  await playground.reachStep(step, PATIENCE_MS);
  await lose(sessionWorker(playground));
  const notice = playground.page.getByRole('status').filter({ hasText: 'Interrupted at step' });
  await waitFor('the engine, opened again', () =>
    expect(notice).toContainText('went on from its checkpoint of step', { timeout: PATIENCE_MS }),
  );
  await playground.finished(PATIENCE_MS);
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice).toHaveCount(0);
  await expect(playground.alert).toHaveCount(0);
  return courseOf((await playground.exported('Run')).text);
}

test('a run whose worker breaks down goes on by itself, and is the run that it would have been', async ({
  page,
  browser,
}) => {
  const playground = new Playground(page);
  await prepare(playground, PREPARATIONS['undisturbed on wasm']);
  // Step 18 is in the second epoch.
  const course = await interrupted(playground, 18, crash);
  const straight = courseOf(await recorded(browser, 'undisturbed on wasm'));
  expect(straight.steps).toHaveLength(PREPARATIONS['undisturbed on wasm'].steps);
  expect(course).toEqual(straight);
});

test('a run whose GPU device is destroyed goes on by itself, and is the run that it would have been', async ({
  page,
  browser,
}) => {
  const playground = new Playground(page);
  // Each of three sessions compiles some hundred shaders, on a processor that may be busy.
  test.setTimeout(3 * PATIENCE_MS);
  await holdDevices(playground);
  await prepare(playground, PREPARATIONS['undisturbed on webgpu']);
  const course = await interrupted(playground, 7, destroyDevices);
  const straight = courseOf(await recorded(browser, 'undisturbed on webgpu'));
  expect(straight.steps).toHaveLength(25);
  expect(course).toEqual(straight);
});
