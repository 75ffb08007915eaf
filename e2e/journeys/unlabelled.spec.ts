import { expect, test } from '@playwright/test';
import { Playground } from './playground.ts';

/**
 * Images in the format of STL-10's unlabelled ones, 27,648 bytes each. They are smooth, and each is
 * different.
 */
function images(count: number): Uint8Array {
  const perImage = 3 * 96 * 96;
  return Uint8Array.from({ length: count * perImage }, (_, i) => {
    const image = Math.floor(i / perImage);
    return 128 + 100 * Math.sin((i % perImage) / (40 + 9 * image) + image);
  });
}

test('images that nobody labelled are trained on and mapped, and the page says what it cannot measure', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.dropImages([{ name: 'unlabeled_X.bin', bytes: images(24) }]);
  await playground.makeSmall({ batch: 8, steps: 2 });
  await playground.button('Start').click();
  await playground.finished();

  await expect(playground.panel('Result')).toContainText('these images have no labels');
  await expect(playground.panel('20-NN accuracy')).toContainText('no accuracy can be measured');
  await expect(page.getByTestId('gated-map')).toContainText(/PCA|UMAP/);
  await expect(playground.panel('Maps of the test images')).toContainText('all have one colour');

  await playground.tab('Channels');
  await expect(playground.panel('Channels by class')).toContainText('no classes to tell apart');
  await playground.tab('Evaluate');
  await playground.button('Evaluate').click();
  await expect(playground.panel('Accuracies')).toContainText('no accuracy can be measured');
  await expect(playground.panel('Spread of features')).toContainText('effective rank');
});
