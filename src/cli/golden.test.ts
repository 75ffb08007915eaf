import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runHere } from './command.fixture.ts';
import { main } from './golden/goldenCommand.ts';

vi.mock('../dawn/openDawn.ts', () => ({
  openDawn: async () => {
    throw new Error('no GPU here');
  },
}));

const VECTORS = fileURLToPath(new URL('../golden/vectors/', import.meta.url));

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'golden-'));
});
afterAll(() => rm(directory, { recursive: true }));

const golden = (...args: string[]) => runHere(main, args);

describe('npm run golden', () => {
  it('prints a table, writes the report and exits with 0 when all rows pass; 1 when one fails', async () => {
    await copyFile(join(VECTORS, 'd_flops.json'), join(directory, 'd_flops.json'));
    await copyFile(join(VECTORS, 'meta.json'), join(directory, 'meta.json'));
    await writeFile(join(directory, 'README.md'), 'not vectors');
    const json = join(directory, 'report.txt');
    const passed = await golden(directory, '--engine', 'cpu', '--json', json);
    expect(passed.code).toBe(0);
    expect(passed.output).toMatch(/d cifar10 width 8 table of blocks +cpu +0 +0 +pass/);
    const report = JSON.parse(await readFile(json, 'utf8'));
    expect(report).toMatchObject({ directory, passed: report.rows.length, failed: 0 });
    expect(report.rows[0]).toMatchObject({
      file: 'd_flops.json',
      engine: 'cpu',
      worstError: 0,
      tolerance: 0,
      passed: true,
    });

    await writeFile(join(directory, 'x.json'), '{');
    const failed = await golden(directory, '--engine', 'cpu', '--json', json);
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('FAIL');
    expect(failed.output).toMatch(/\d+ passed, 1 failed/);
    expect(JSON.parse(await readFile(json, 'utf8')).rows[0]).toMatchObject({
      file: 'x.json',
      worstError: null,
    });
  });

  it('checks the engines that are here with all, and says of others why they were not checked', async () => {
    const alone = await mkdtemp(join(directory, 'all-'));
    await copyFile(join(VECTORS, 'h_optim.json'), join(alone, 'h_optim.json'));
    vi.stubEnv('DUALGATE_CHROMIUM', join(alone, 'none'));
    const json = join(directory, 'all.json');
    const { code, output } = await golden(alone, '--engine', 'all', '--json', json);
    vi.unstubAllEnvs();
    const report = JSON.parse(await readFile(json, 'utf8'));
    expect([code, report.failed]).toEqual([0, 0]);
    const engines = new Set(report.rows.map(({ engine }: { engine: string }) => engine));
    expect(engines).toEqual(new Set(['cpu', 'tfjs-wasm', 'wasm']));
    expect(output).toMatch(/^h .* wasm (fused|plain), 1 thread +[-.\de]+ +[-.\de]+ +pass$/m);
    expect(output).toMatch(
      /^not checked: webgpu-chromium: There is no Chromium that starts\. Install one, or/m,
    );
    expect(output).toMatch(/^not checked: webgpu: no GPU here$/m);
    expect(report.notChecked.slice(-2)).toEqual([
      { engine: 'webgpu-chromium', reason: expect.stringContaining('no Chromium') },
      { engine: 'webgpu', reason: 'no GPU here' },
    ]);
  });

  it('counts an engine that is asked for and not here as failed', async () => {
    const { code, output } = await golden(directory, '--engine', 'webgpu');
    expect([code, output]).toEqual([1, expect.stringContaining('no GPU here')]);
  });

  it('fails on a directory without vectors and on one that is not there', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'golden-empty-'));
    const none = await golden(empty);
    await rm(empty, { recursive: true });
    expect([none.code, none.output]).toEqual([1, expect.stringContaining('expected golden vectors')]);
    const missing = await golden(empty);
    expect([missing.code, missing.output]).toEqual([1, expect.stringContaining('ENOENT')]);
  });

  it('answers wrong arguments with its usage and exit code 2', async () => {
    const { code, errors } = await golden('--engine', 'gpu', directory);
    expect(code).toBe(2);
    expect(errors).toContain('usage: npm run golden -- DIR');
  });
});
