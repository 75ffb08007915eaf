import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { parseRunSet } from '../run/runSetFile.ts';
import { runHere } from './command.fixture.ts';
import { addRuns, readRunSet, writeRunSet } from './sweep/runSetOnDisk.ts';
import { sweepArguments } from './sweep/sweepArguments.ts';
import { main } from './sweep/sweepCommand.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-sweep-'));
const inFolder = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const sweep = (...args: string[]) => runHere(main, args);

describe('sweepArguments', () => {
  it('takes one file, and derives where the runs go', () => {
    expect(sweepArguments(['a/b.json'])).toEqual({
      file: 'a/b.json',
      out: 'b-runs.json',
      engine: 'auto',
      planOnly: false,
    });
    expect(() => sweepArguments([])).toThrow('one FILE, got 0');
    expect(() => sweepArguments(['a', '--engine', 'gpu'])).toThrow(
      '--engine must be one of auto, wasm, cpu, got "gpu"',
    );
    expect(() => sweepArguments(['a', '--fast'])).toThrow('--fast');
  });
});

describe('npm run sweep', () => {
  it('trains what is planned, and started again goes on where it stopped', async () => {
    writeFileSync(inFolder('train.bin'), makeRecords(24));
    writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
    const order = {
      format: 'dualgate-sweep',
      version: 1,
      data: { train: [inFolder('train.bin')], test: [inFolder('test.bin')] },
      systems: [{ system: 'vicreg' }, { system: 'slimmable', slimWidth: 0.5 }],
      budgets: [0.3, 0.5],
      seeds: [1],
      config: { width: 4, batch: 8, projector: 8, steps: 2, gradientsEvery: 0 },
    };
    writeFileSync(inFolder('order.json'), JSON.stringify(order));
    const out = inFolder('runs.json');

    const first = await sweep(inFolder('order.json'), '--out', out, '--engine', 'wasm');
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).toContain('sweep   2 runs, 0 of them finished before');
    const whole = parseRunSet(readFileSync(out, 'utf8'));
    expect(whole.runs.map(({ branches }) => branches.map(({ branch }) => branch))).toEqual([
      ['dense'],
      ['slim50', 'dense'],
    ]);
    expect(
      whole.runs.every(({ steps, seconds, data }) => steps === 2 && seconds! > 0 && data.test === 10),
    ).toBe(true);

    // The file is now as if the command had been stopped during its second run.
    await writeRunSet(out, { ...whole, runs: whole.runs.slice(0, 1) });
    const second = await sweep(inFolder('order.json'), '--out', out, '--engine', 'wasm');
    expect(second.output).toContain('sweep   2 runs, 1 of them finished before');
    expect(second.output).toContain('run 1 of 1: Slimmable');
    const again = (await readRunSet(out))!;
    expect(again.runs.map(({ id }) => id)).toEqual(whole.runs.map(({ id }) => id));
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('loses no run when two sweeps, and others, write into one file at once', async () => {
    const order = JSON.parse(readFileSync(inFolder('order.json'), 'utf8'));
    const together = inFolder('together.json');
    const sweeps = [1, 2].map((seed) => {
      const file = inFolder(`seed${seed}.json`);
      writeFileSync(file, JSON.stringify({ ...order, seeds: [seed] }));
      return sweep(file, '--out', together, '--engine', 'wasm');
    });
    expect((await Promise.all(sweeps)).map(({ code }) => code)).toEqual([0, 0]);
    const set = (await readRunSet(together))!;
    expect(set.runs.map(({ config }) => config.seed).toSorted()).toEqual([1, 1, 2, 2]);
    const copies = Array.from({ length: 12 }, (_, i) => ({ ...set.runs[0]!, id: `copy${i}` }));
    await Promise.all(copies.map((run) => addRuns(together, { ...set, runs: [run] })));
    expect((await readRunSet(together))!.runs).toHaveLength(16);
    expect(readdirSync(folder).filter((name) => /\.(part|lock)$/.test(name))).toEqual([]);
  });

  it('stopped by a signal keeps the runs that were finished, and goes on with the others', async () => {
    const out = inFolder('stopped.json');
    const args = [inFolder('order.json'), '--out', out, '--engine', 'wasm'];
    const { code, output } = await runHere(main, args, (said, interrupt) => {
      if (said.endsWith(`wrote ${out}\n`)) interrupt('SIGTERM');
    });
    expect([code, (await readRunSet(out))!.runs.length]).toEqual([143, 1]);
    expect(output).toContain('start the sweep again to go on');
    expect((await sweep(...args)).output).toContain('sweep   2 runs, 1 of them finished before');
    expect((await readRunSet(out))!.runs).toHaveLength(2);
  });

  it('does not write over a file that holds something else', async () => {
    writeFileSync(inFolder('notes.txt'), 'notes');
    await expect(readRunSet(inFolder('notes.txt'))).rejects.toThrow(
      /notes\.txt would go on from what is there, but/,
    );
    expect(await readRunSet(inFolder('nothing.json'))).toBeNull();
  });
});
