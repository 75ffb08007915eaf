import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tinyWeights } from '../network/weights.fixture.ts';
import { runAlone } from './command.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-export-process-'));
const inFolder = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

it('npm run export writes a directory, says with what to begin, and exits with 0', async () => {
  writeFileSync(inFolder('weights.json'), JSON.stringify(tinyWeights()));
  const directory = inFolder('torch');
  const { code, output, errors } = await runAlone('export', [
    inFolder('weights.json'),
    '--pytorch',
    directory,
  ]);
  expect([code, errors]).toEqual([0, '']);
  expect(output).toBe(`wrote ${directory}: begin with README.txt\n`);
  expect(readdirSync(directory)).toContain('README.txt');
}, 180_000);
