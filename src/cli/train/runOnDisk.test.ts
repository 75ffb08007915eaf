import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { runFileOf } from '../../run/files/runFile.ts';
import { EMPTY_RECORD } from '../../run/record.ts';
import { UsageError } from '../usageError.ts';
import { readKeptRun } from './runOnDisk.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('refuses to go on with a file that is not there, is no run, or has no checkpoint', async () => {
  const path = join(folder, 'run.json');
  await expect(readKeptRun(path)).rejects.toThrow(/--resume .*run\.json: ENOENT/);
  writeFileSync(path, '{}');
  await expect(readKeptRun(path)).rejects.toThrow(/--resume .*run\.json: A run file must have format/);
  writeFileSync(path, JSON.stringify(runFileOf(DEFAULT_CONFIG, EMPTY_RECORD)));
  await expect(readKeptRun(path)).rejects.toThrow(
    /must carry a checkpoint, and has none: write it with --checkpoint/,
  );
  await expect(readKeptRun(path)).rejects.toBeInstanceOf(UsageError);
});
