import { expect, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

interface Exported {
  readonly epochs: readonly {
    readonly step: number;
    readonly sample: { readonly bank: number; readonly test: number };
  }[];
  readonly floors: { readonly samples: Record<'rawPixels' | 'untrained', { readonly test: number }> };
}

test('gates are shown before the first evaluation, and every accuracy says on how many images it was measured', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(600) },
    { name: 'test_batch.bin', bytes: cifarRecords(300) },
  ]);
  await playground.makeSmall({ batch: 16, steps: 30, width: 4 });
  const network = playground.panel('Network');
  const accuracy = playground.panel('20-NN accuracy');

  await playground.button('Step').click();
  await playground.reachStep(1);
  await expect(accuracy).toContainText('untrained network on 50 test images, learning from 100');
  // Looks are a second apart, so the first ones may come some steps later.
  let step = 1;
  await expect(async () => {
    await playground.button('Step').click();
    await playground.reachStep(++step);
    await expect(network).toContainText(/32 training images, step \d+, running statistics still settling/, {
      timeout: 200,
    });
  }).toPass({ intervals: [300] });
  expect(step).toBeLessThan(20);
  await expect(page.getByTestId('dense-map')).toContainText('untrained');
  await expect(playground.panel('Maps of the test images')).toContainText('50 of 300 test images');

  await playground.button('Resume').click();
  await playground.finished();
  await expect(playground.panel('Result')).toContainText('on 300 test images, learning from 600');
  await expect(playground.panel('Result')).toContainText(/± \d+\.\d points/);
  await expect(accuracy).toContainText(/on 300 test images, learning from 600: ± \d+\.\d points/);
  await expect(network).toContainText('average over test images');
  const run: Exported = JSON.parse((await playground.exported('Run')).text);
  expect(run.epochs.map(({ step, sample: { bank, test } }) => [step, bank, test])).toEqual([
    [20, 100, 50],
    [30, 600, 300],
  ]);
  expect(run.floors.samples.rawPixels.test).toBe(300);
});
