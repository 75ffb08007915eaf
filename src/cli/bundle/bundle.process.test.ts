import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findChromium } from '../../chromium.ts';
import { makeRecords } from '../../data/formats/records.fixture.ts';
import { driverFolders, softwareDriver } from '../../dawn/vulkanDriver.ts';
import { type Ended, runAlone } from '../command.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-bundle-'));
const bundle = join(folder, 'a bundle');
/** Where the commands are started: nothing of the project is here or above. */
const elsewhere = join(folder, 'elsewhere');
afterAll(() => rmSync(folder, { recursive: true }));

let made: Ended;
beforeAll(async () => {
  made = await runAlone('bundle', ['--out', bundle]);
  mkdirSync(join(elsewhere, 'vectors'), { recursive: true });
  for (const name of ['c_sparsity.json', 'd_flops.json', 'g_knn.json'])
    copyFileSync(join(bundle, 'vectors', name), join(elsewhere, 'vectors', name));
  writeFileSync(join(elsewhere, 'train.bin'), makeRecords(24));
  writeFileSync(join(elsewhere, 'test.bin'), makeRecords(10, 3));
}, 120_000);

/** Starts a command of the bundle with nothing in its environment but where programs lie. */
function run(words: string, more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const PATH = ['/usr/bin', '/bin', dirname(process.execPath)].join(delimiter);
    const child = spawn(join(bundle, 'run'), words.split(' '), { cwd: elsewhere, env: { PATH, ...more } });
    let [output, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, errors }));
  });
}

const TINY =
  '--data train.bin --test test.bin --method vicreg --width 4 --batch 8 --projector 8 --steps 2 --out';

function lossesIn(name: string): readonly number[] {
  const { steps }: { readonly steps: readonly { readonly loss: number }[] } = JSON.parse(
    readFileSync(join(elsewhere, name), 'utf8'),
  );
  return steps.map(({ loss }) => loss);
}

it('npm run bundle says how large its folder is, and what it is for', () => {
  expect([made.code, made.code === 0 ? '' : made.errors]).toEqual([0, '']);
  const [, packed] = /^wrote .*: \d+ files, [\d.]+ MB, as \.tar\.gz ([\d.]+) MB$/m.exec(made.output) ?? [];
  expect(Number(packed)).toBeLessThan(60);
  expect(made.output).toMatch(/^for \w+-\w+, with Node 20\.19 or newer on the machine; README\.txt/m);
  expect(readFileSync(join(bundle, 'LICENCES.txt'), 'utf8')).toMatch(/^@tensorflow\/tfjs-core .*Apache/m);
});

it('its commands answer, check and train with an empty environment, from another folder', async () => {
  const help = await run('train --help');
  expect([help.code, help.errors]).toEqual([0, '']);
  expect(help.output).toContain('usage: ./run train ');
  expect(await run('start')).toMatchObject({ code: 2, errors: expect.stringContaining('train, evaluate') });
  const golden = await run('golden vectors');
  expect([golden.code, golden.output]).toEqual([0, expect.stringMatching(/\n\d+ passed, 0 failed\n$/)]);
  const trained = await run(`train --engine wasm ${TINY} wasm.json`);
  expect([trained.code, trained.code === 0 ? '' : trained.errors]).toEqual([0, '']);
  const evaluated = await run('evaluate wasm.json --measures knn1 --images 64 --limit 64');
  expect([evaluated.code, evaluated.output]).toEqual([0, expect.stringMatching(/^1-NN, cosine: dense /m)]);
  const browser = await run('bench --page');
  expect([browser.code, browser.errors]).toEqual([1, expect.stringContaining('do not drive')]);
}, 120_000);

it('it trains on a GPU, or on the driver that the environment names', async () => {
  findChromium();
  const driver = softwareDriver(driverFolders());
  const named = driver === null ? {} : { VK_ICD_FILENAMES: driver };
  const { code, errors } = await run(`train --engine webgpu ${TINY} webgpu.json`, named);
  expect([code, code === 0 ? '' : errors]).toEqual([0, '']);
  const [[gpu], [wasm]] = [lossesIn('webgpu.json'), lossesIn('wasm.json')];
  // From the second step on, the rounding of two engines grows.
  expect(Math.abs(gpu! / wasm! - 1)).toBeLessThan(1e-4);
}, 180_000);

it('without a GPU it says what it looked for, and what to install', async () => {
  const { code, output, errors } = await run('train --engine webgpu', { VK_ICD_FILENAMES: 'nothing.json' });
  expect([code, output]).toEqual([1, '']);
  expect(errors).toMatch(/gives no adapter\. .* there is no nothing\.json\. .*apt-get install/s);
});
