import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { parseRunSet } from '../run/sets/runSetFile.ts';
import { runAlone } from './command.fixture.ts';
import { readRunSet } from './sweep/runSetOnDisk.ts';

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

it('loses nothing when four parts train side by side and one is killed and started again', async () => {
  writeFileSync(inFolder('train.bin'), makeRecords(24));
  writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  const order = {
    format: 'dualgate-sweep',
    version: 1,
    data: { train: [inFolder('train.bin')], test: [inFolder('test.bin')] },
    ...{ systems: [{ system: 'vicreg' }], budgets: [0.3], seeds },
    config: { width: 4, batch: 8, projector: 8, steps: 20, learningRate: 0.01, gradientsEvery: 0 },
  };
  writeFileSync(inFolder('parts.json'), JSON.stringify(order));
  const parts = [1, 2, 3, 4];
  const start = (part: number, isKilled: boolean) => {
    const out = ['--shard', `${part}/4`, '--out', inFolder(`part${part}.json`), '--engine', 'wasm'];
    return runAlone('sweep', [inFolder('parts.json'), ...out], (said, child) => {
      if (isKilled && said.includes('run 2 of 2')) child.kill('SIGKILL');
    });
  };
  const ended = await Promise.all(parts.map((part) => start(part, part === 2)));
  expect(ended.map(({ code }) => code)).toEqual([0, null, 0, 0]);
  expect((await readRunSet(inFolder('part2.json')))!.runs).toHaveLength(1);
  const again = await start(2, false);
  expect([again.code, again.output]).toEqual([
    0,
    expect.stringContaining('2 runs in part 2 of 4, 1 of them'),
  ]);
  const files = parts.map((part) => inFolder(`part${part}.json`));
  expect((await runAlone('sweep', ['--merge', ...files, '--out', inFolder('all.json')])).code).toBe(0);
  const { runs } = (await readRunSet(inFolder('all.json')))!;
  expect(runs.map(({ config }) => config.seed).toSorted((a, b) => a - b)).toEqual(seeds);
}, 180_000);
