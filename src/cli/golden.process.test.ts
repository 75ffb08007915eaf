import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findChromium } from '../chromium.ts';
import { runAlone } from './command.fixture.ts';

const VECTORS = fileURLToPath(new URL('../golden/vectors/', import.meta.url));

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'golden-process-'));
});
afterAll(() => rm(directory, { recursive: true }));

it('npm run golden prints its rows, counts them in its last line, and exits with 1 when one fails', async () => {
  await copyFile(join(VECTORS, 'd_flops.json'), join(directory, 'd_flops.json'));
  await writeFile(join(directory, 'x.json'), '{');
  const { code, output, errors } = await runAlone('golden', [directory, '--engine', 'cpu']);
  expect([code, errors]).toEqual([1, '']);
  const lines = output.trimEnd().split('\n');
  expect(output).toMatch(/d cifar10 width 8 table of blocks +cpu +0 +0 +pass/);
  expect(lines.filter((line) => line.includes('FAIL'))).toHaveLength(1);
  // The output is a head, a line for each row, the error below the row that failed, and the count.
  expect(lines.at(-1)).toBe(`${lines.length - 4} passed, 1 failed`);
}, 180_000);

it('npm run golden --engine webgpu checks the compiled engine in Node', async () => {
  // Its software driver is what a machine without a GPU computes on.
  findChromium();
  const alone = await mkdtemp(join(directory, 'alone-'));
  await copyFile(join(VECTORS, 'c_sparsity.json'), join(alone, 'c_sparsity.json'));
  const { code, output } = await runAlone('golden', [alone, '--engine', 'webgpu']);
  expect([code, output]).toEqual([0, expect.stringMatching(/^c .* webgpu .* pass$/m)]);
  expect(output).toMatch(/^no uncaptured GPU errors \(.+\) +webgpu +0 +0 +pass$/m);
}, 180_000);
