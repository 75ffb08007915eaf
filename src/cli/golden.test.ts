import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from './command.fixture.ts';
import { main } from './golden/goldenCommand.ts';

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
