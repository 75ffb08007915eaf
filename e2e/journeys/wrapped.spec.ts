import { expect, test } from '@playwright/test';
import { cifarRecords, Playground } from './playground.ts';

test('weights of a wrapped PyTorch model are read, and the page says under which names they came', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages([
    { name: 'data_batch_1.bin', bytes: cifarRecords(64) },
    { name: 'test_batch.bin', bytes: cifarRecords(30) },
  ]);
  await playground.makeSmall({ batch: 16, steps: 2 });
  await playground.button('Start').click();
  await playground.finished();
  const weights = JSON.parse((await playground.exported('Weights')).text);
  const wrapped = Object.entries(weights.tensors).map(([name, tensor]) => [`module.${name}`, tensor]);
  const text = JSON.stringify({ ...weights, tensors: Object.fromEntries(wrapped) });

  await playground.button('Reset').click();
  await playground.drop([{ name: 'wrapped.json', bytes: Buffer.from(text) }]);
  const imported = playground.panel('Imported weights');
  await expect(imported.getByRole('note')).toContainText(
    'The names of the tensors had “module.” of a wrapped PyTorch model in them; they were read without.',
  );
  await expect(playground.alert).toHaveCount(0);
});
