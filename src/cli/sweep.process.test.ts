import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { parseRunSet } from '../run/runSetFile.ts';
import { runAlone } from './command.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-sweep-process-'));
const inFolder = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

it('npm run sweep trains what is planned, writes it, and exits with 0', async () => {
  writeFileSync(inFolder('train.bin'), makeRecords(24));
  writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
  const order = {
    format: 'dualgate-sweep',
    version: 1,
    data: { train: [inFolder('train.bin')], test: [inFolder('test.bin')] },
    systems: [{ system: 'vicreg' }],
    budgets: [0.3],
    seeds: [1],
    config: { width: 4, batch: 8, projector: 8, steps: 2, gradientsEvery: 0 },
  };
  writeFileSync(inFolder('order.json'), JSON.stringify(order));
  const out = inFolder('made/runs.json');
  const { code, output, errors } = await runAlone('sweep', [
    inFolder('order.json'),
    ...['--out', out, '--engine', 'wasm'],
  ]);
  expect([code, errors.includes('Error')]).toEqual([0, false]);
  const lines = output.trimEnd().split('\n');
  expect(lines[0]).toBe('sweep   1 runs, 0 of them finished before');
  expect(output).toMatch(/^run 1 of 1: VICReg/m);
  expect(lines.at(-1)).toBe(`wrote ${out}`);
  expect(parseRunSet(readFileSync(out, 'utf8')).runs).toHaveLength(1);
}, 180_000);
