import { expect, test } from '@playwright/test';
import { Playground } from './playground.ts';
import { imagesOf, PREPARATIONS, recorded } from './recordings.ts';
import { waitFor } from './waitFor.ts';

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** Reads safetensors from the format's description alone. */
function headerOf(bytes: Buffer): {
  metadata: Record<string, string>;
  entries: Record<string, Entry>;
  body: Buffer;
} {
  const length = Number(bytes.readBigUInt64LE(0));
  const { __metadata__: metadata, ...entries } = JSON.parse(bytes.subarray(8, 8 + length).toString('utf8'));
  return { metadata, entries, body: bytes.subarray(8 + length) };
}

test('a run’s weights, parts, metrics and features are taken away, and weights come back', async ({
  page,
  browser,
}) => {
  test.setTimeout(300_000);
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 6 });
  await playground.dropImages(imagesOf(PREPARATIONS.gated));
  await playground.openRun('thirty steps.json', await recorded(browser, 'gated'));
  const json = JSON.parse((await playground.exported('Weights')).text);
  const tensors = await playground.taken('Weights, safetensors');

  await test.step('safetensors hold what the JSON holds', async () => {
    expect(tensors.name).toMatch(/^dualgate-weights-dual-gating-w4-.*step30\.safetensors$/);
    const { metadata, entries, body } = headerOf(tensors.bytes);
    expect(metadata).toMatchObject({ format: 'dualgate-weights', version: '1' });
    expect(JSON.parse(metadata.architecture!)).toEqual(json.architecture);
    const plain = Object.keys(entries).filter((name) => !name.startsWith('parity.'));
    expect(plain.toSorted()).toEqual(Object.keys(json.tensors).toSorted());
    for (const name of plain) {
      const {
        dtype,
        shape,
        data_offsets: [from, to],
      } = entries[name]!;
      expect([dtype, shape]).toEqual(['F32', json.tensors[name].shape]);
      expect(body.subarray(from, to).toString('base64')).toBe(json.tensors[name].data);
    }
    expect(entries['parity.images']!.shape).toEqual([16, 32, 32, 3]);
    expect(entries['parity.gates.layer4.1']).toMatchObject({ dtype: 'U8', shape: [16, 32] });
  });

  let slice: Buffer = Buffer.alloc(0);
  await test.step('one branch, and metrics', async () => {
    const dense = headerOf((await playground.taken('Dense branch, safetensors')).bytes);
    expect(JSON.parse(dense.metadata.architecture!)).toMatchObject({ branches: ['dense'], gated: false });
    expect(Object.keys(dense.entries).some((name) => name.includes('mask_c'))).toBe(false);
    const cut = await playground.taken('Frozen top-K, JSON');
    slice = cut.bytes;
    expect(cut.name).toContain('sliced-frozen');
    expect(JSON.parse(cut.bytes.toString('utf8')).architecture.inner).toHaveLength(8);
    const steps = (await playground.taken('Steps, CSV')).bytes.toString('utf8').trim().split('\r\n');
    expect(steps[0]).toMatch(/^step,epoch,loss,/);
    expect(steps).toHaveLength(31);
    const evaluations = (await playground.taken('Evaluations, CSV')).bytes.toString('utf8').split('\r\n');
    expect(evaluations[0]).toMatch(/^epoch,step,knn20 (gated|dense),/);
  });

  await test.step('features for NumPy', async () => {
    const { name, bytes } = await playground.taken('Features of the test images');
    expect(name).toMatch(/test\.npz$/);
    const text = bytes.toString('latin1');
    for (const array of ['features_dense.npy', 'features_gated.npy', 'labels.npy', 'gates_layer1.0.npy'])
      expect(text).toContain(array);
    expect(text).toContain("{'descr': '<f4', 'fortran_order': False, 'shape': (150, 32), }");
  });

  await test.step('the safetensors file is dropped, checked, evaluated and trained on', async () => {
    await playground.button('Reset').click();
    await playground.drop([{ name: 'mine.safetensors', bytes: tensors.bytes }]);
    const imported = playground.panel('Imported weights');
    await expect(imported).toContainText('Features and gates equal those in the file: 16 images', {
      timeout: 60_000,
    });
    await page.getByRole('tab', { name: 'Evaluate' }).click();
    await playground.panel('Evaluate').getByRole('button', { name: 'Evaluate', exact: true }).click();
    const accuracies = playground.panel('Accuracies').getByRole('table').first();
    await waitFor('the evaluation', () => expect(accuracies).toBeVisible({ timeout: 120_000 }));
    await playground.tab('Run');
    await imported.getByRole('button', { name: 'Train from these weights' }).click();
    await playground.finished();
    await expect(playground.alert).toHaveCount(0);
  });

  await test.step('the JSON file comes back alike', async () => {
    // The run on the page is already kept, so the page does not ask whether it may be replaced.
    await playground.tab('Runs');
    await expect(playground.panel('Runs').getByRole('listitem').first()).toContainText('finished, 6 steps');
    await playground.tab('Run');
    await playground.drop([{ name: 'mine.json', bytes: Buffer.from(JSON.stringify(json)) }]);
    await expect(playground.panel('Imported weights')).toContainText('equal those in the file', {
      timeout: 60_000,
    });
  });

  await test.step('a slice comes back to be evaluated', async () => {
    await playground.drop([{ name: 'slice.json', bytes: slice }]);
    const imported = playground.panel('Imported weights');
    await expect(imported).toContainText('a slice with');
    await expect(imported).toContainText('Features equal those in the file: 16 images, dense', {
      timeout: 60_000,
    });
    await expect(imported.getByRole('button', { name: 'Train from these weights' })).toBeDisabled();
    await page.getByRole('tab', { name: 'Evaluate' }).click();
    await playground.panel('Evaluate').getByRole('button', { name: 'Evaluate', exact: true }).click();
    const accuracies = playground.panel('Accuracies').getByRole('table').first();
    await waitFor('the evaluation', () => expect(accuracies).toBeVisible({ timeout: 120_000 }));
  });

  await test.step('damaged files are refused with the reason, and the page stays as it was', async () => {
    const { shape } = json.tensors['backbone.bn1.running_var'];
    const negative = Buffer.alloc(4 * shape[0]);
    negative.writeFloatLE(-1, 0);
    const changed = structuredClone(json);
    changed.tensors['backbone.bn1.running_var'].data = negative.toString('base64');
    const huge = structuredClone(json);
    huge.architecture.width = 4_000_000;
    for (const [name, bytes, says] of [
      ['cut.safetensors', tensors.bytes.subarray(0, 500), /cut off/],
      ['short.safetensors', tensors.bytes.subarray(0, -4), /must lie within/],
      ['negative.json', Buffer.from(JSON.stringify(changed)), /running_var must be at least 0, got -1/],
      ['huge.json', Buffer.from(JSON.stringify(huge)), /width must be .* 2 to 64/],
    ] as const) {
      await playground.drop([{ name, bytes }]);
      await expect(playground.alert).toContainText(`${name} could not be opened`);
      await expect(playground.alert).toContainText(says);
      await expect(page.getByText('opened: slice.json')).toBeVisible();
      await playground.button('Dismiss').click();
    }
  });
});
