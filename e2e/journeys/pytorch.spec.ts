import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { findPython } from '../python.ts';
import { Playground } from './playground.ts';

const python = findPython();

const FILES = [
  'README.txt',
  'config.json',
  'dualgate_model.py',
  'dualgate_step.py',
  'dualgate_train.py',
  'dualgate_views.py',
  'weights.safetensors',
];

test('a run goes out to PyTorch, goes on there, and its features and gates are the page’s', async ({
  page,
}, info) => {
  test.skip(python.path === null, python.path === null ? python.reason : '');
  test.setTimeout(300_000);
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 12 });

  await test.step('in its middle with the momenta of the very step', async () => {
    const step = 4;
    await playground.beginHeld(step);
    const { name, inside, files } = await exported(playground, info.outputPath('middle'));
    expect(name).toBe(`dualgate-pytorch-dual-gating-w2-td0.30-seed1-step${step}.zip`);
    expect(files).toEqual([...FILES, 'momenta.safetensors'].toSorted());
    const { config, stepsDone, data, memory } = configIn(inside);
    expect([config.width, config.steps, stepsDone]).toEqual([2, 12, step]);
    expect(data).toMatchObject({ name: 'Emoji-10', size: 32 });
    expect(memory?.aim).toBeTruthy();
    const images = fileURLToPath(new URL('../../public/emoji10/train-1.bin', import.meta.url));
    const trained = run(inside, ['dualgate_train.py', '--data', images, '--stop-after', '2']);
    expect(trained).toContain("The optimiser goes on with the run's momenta.");
    expect(trained).toContain(`steps ${step + 1} to ${step + 2} of 12`);
  });

  await test.step('at its end with nothing to go on with, and what checks it', async () => {
    await playground.button('Resume').click();
    await playground.finished();
    const { inside, files } = await exported(playground, info.outputPath('end'));
    expect(files).toEqual(FILES);
    expect(configIn(inside)).toMatchObject({ stepsDone: 12, memory: null });
    const said = run(inside, ['dualgate_model.py', 'weights.safetensors']);
    expect(said).toMatch(/^gated +16 images/m);
    expect(said).toMatch(/^gates +(\d+) of \1 as stored/m);
    expect(said).toMatch(/^dense +16 images/m);
  });
});

/** What a click on “PyTorch” gives, unpacked. */
async function exported(playground: Playground, folder: string) {
  const { name: zip, bytes } = await playground.taken('PyTorch');
  const names = await unzip(Uint8Array.from(bytes), folder);
  const inside = join(folder, 'dualgate-pytorch');
  const files = names.map((name) => name.replace(/^dualgate-pytorch\//, '')).toSorted();
  return { name: zip, inside, files };
}

interface ExportedConfig {
  readonly config: { readonly width: number; readonly steps: number };
  readonly stepsDone: number;
  readonly data: unknown;
  readonly memory: { readonly aim: unknown } | null;
}

function configIn(folder: string): ExportedConfig {
  return JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
}

/** The output of a program of the export. The program must end without an error. */
function run(folder: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(python.path!, [...args], {
    cwd: folder,
    env: { ...process.env, OMP_NUM_THREADS: '1' },
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

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
