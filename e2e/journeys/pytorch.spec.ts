import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { findPython } from '../python.ts';
import { Playground } from './playground.ts';

const python = findPython();

test('a run goes out to PyTorch, whose features and gates are the page’s', async ({ page }, info) => {
  test.skip(python.path === null, python.path === null ? python.reason : '');
  test.setTimeout(300_000);
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 4 });
  await playground.button('Start').click();
  await playground.finished();

  const download = page.waitForEvent('download');
  await playground.panel('Export').getByRole('button', { name: 'PyTorch' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('dualgate-pytorch-dual-gating-w4-td0.30-seed1-step4.zip');

  const folder = info.outputPath('unzipped');
  const names = await unzip(Uint8Array.from(readFileSync(await file.path())), folder);
  expect(names.toSorted()).toEqual([
    'dualgate-pytorch/README.txt',
    'dualgate-pytorch/config.json',
    'dualgate-pytorch/dualgate_model.py',
    'dualgate-pytorch/dualgate_step.py',
    'dualgate-pytorch/dualgate_train.py',
    'dualgate-pytorch/dualgate_views.py',
    'dualgate-pytorch/weights.safetensors',
  ]);
  const inside = join(folder, 'dualgate-pytorch');
  expect(JSON.parse(readFileSync(join(inside, 'config.json'), 'utf8'))).toMatchObject({
    config: { width: 4, steps: 4 },
    stepsDone: 4,
    data: { name: 'Emoji-10', size: 32 },
  });
  const { status, stdout, stderr } = spawnSync(python.path!, ['dualgate_model.py', 'weights.safetensors'], {
    cwd: inside,
    env: { ...process.env, OMP_NUM_THREADS: '1' },
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/^gated +16 images/m);
  expect(stdout).toMatch(/^gates +(\d+) of \1 as stored/m);
  expect(stdout).toMatch(/^dense +16 images/m);
});

/** Writes what is in a zip under a folder; the names as they stand in it. */
async function unzip(bytes: Uint8Array, folder: string): Promise<string[]> {
  const zip = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false });
  const names: string[] = [];
  for (const entry of await zip.getEntries()) {
    if (entry.directory) continue;
    const path = join(folder, entry.filename);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, await entry.getData(new Uint8ArrayWriter()));
    names.push(entry.filename);
  }
  await zip.close();
  return names;
}
