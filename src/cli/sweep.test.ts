import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { parseRunSet, type RunSet } from '../run/sets/runSetFile.ts';
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
      kind: 'train',
      file: 'a/b.json',
      out: 'b-runs.json',
      engine: 'auto',
      adapter: null,
      threads: null,
      smallDense: false,
      equal: null,
      shard: null,
      planOnly: false,
      useTheRest: false,
      report: null,
    });
    expect(() => sweepArguments([])).toThrow('one FILE, got 0');
    expect(() => sweepArguments(['a', '--engine', 'gpu'])).toThrow(
      '--engine must be one of auto, wasm, cpu, webgpu, got "gpu"',
    );
    expect(() => sweepArguments(['a', '--fast'])).toThrow('--fast');
  });
});

describe('sweepArguments for parts', () => {
  it('takes a shard and the files to merge', () => {
    expect(sweepArguments(['a/b.json', '--shard', '3/8'])).toMatchObject({
      ...{ out: 'b-runs-3-of-8.json', shard: { index: 3, count: 8 } },
    });
    const merge = { kind: 'merge', parts: ['p1.json', 'p2.json'], out: 'all.json', report: null };
    expect(sweepArguments('--merge p1.json p2.json --out all.json'.split(' '))).toEqual(merge);
    for (const shard of ['0/8', '9/8', '3', '1/0', '-1/2', '1.5/2', '']) {
      expect(() => sweepArguments(['a', `--shard=${shard}`])).toThrow(`such as 3/8, got "${shard}"`);
    }
    expect(() => sweepArguments(['--merge', '--out', 'all.json'])).toThrow('the files of the parts');
    expect(() => sweepArguments(['--merge', 'p1.json'])).toThrow('--merge needs --out FILE');
    expect(sweepArguments('--merge p --report r.html'.split(' '))).toMatchObject({
      ...{ out: null, report: 'r.html' },
    });
    expect(() => sweepArguments(['--merge', 'p', '--out', 'a', '--plan'])).toThrow('without --plan');
  });
});

describe('npm run sweep', () => {
  it('wants the files of a data set that only the page downloads', async () => {
    const config = { width: 4, batch: 8, projector: 8, steps: 2 };
    const order = { format: 'dualgate-sweep', version: 1, data: { hub: 'cifar10' }, config };
    const plan = { systems: [{ system: 'vicreg' }], budgets: [0.3], seeds: [1] };
    writeFileSync(inFolder('hub.json'), JSON.stringify({ ...order, ...plan }));
    const { code, errors } = await sweep(inFolder('hub.json'), '--out', inFolder('hub-runs.json'));
    expect(code).toBe(1);
    expect(errors).toMatch(/as the page downloads it; here, name its files\./);
  });

  it('plans a small dense network for every budget, and says what it costs', async () => {
    writeFileSync(inFolder('train.bin'), makeRecords(24));
    const config = { width: 8, batch: 8, projector: 8, steps: 2 };
    const order = { format: 'dualgate-sweep', version: 1, data: { train: [inFolder('train.bin')] }, config };
    const plan = { systems: [{ system: 'dual-gating' }], budgets: [0.25, 0.3], seeds: [1] };
    writeFileSync(inFolder('rivals.json'), JSON.stringify({ ...order, ...plan }));
    const { code, output } = await sweep(inFolder('rivals.json'), '--small-dense', '--plan');
    expect(code).toBe(0);
    // Both budgets have the same nearest width.
    expect(output).toContain('sweep   3 runs, 0 of them');
    expect(output).toMatch(/to do\tSmall dense, width 4 \(25\.\d % of the MACs\), seed 1, 2 steps/);
  });

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
    // Each holds signals while it writes. Only a test writes so many at once in one process.
    process.setMaxListeners(copies.length + 10);
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

  it('trains in parts, which merged are the whole sweep', async () => {
    const parts = [1, 2, 3].map((part) => inFolder(`part${part}.json`));
    for (const [i, part] of parts.entries()) {
      const args = ['--shard', `${i + 1}/3`, '--out', part, '--engine', 'wasm'];
      expect(await sweep(inFolder('order.json'), ...args)).toMatchObject({ code: 0 });
    }
    const all = inFolder('all.json');
    const merged = await sweep('--merge', ...parts, '--out', all);
    expect(merged).toMatchObject({ code: 0, output: `wrote ${all}: 2 runs, from 3 files\n` });
    const ids = (set: RunSet | null) => set!.runs.map(({ id }) => id).toSorted();
    expect(ids(await readRunSet(all))).toEqual(ids(await readRunSet(inFolder('runs.json'))));
    // A second merge adds nothing, and a part is never written to.
    await sweep('--merge', ...parts, '--out', all);
    expect((await readRunSet(all))!.runs).toHaveLength(2);
    const own = await sweep('--merge', ...parts, '--out', parts[1]!);
    expect([own.code, own.errors]).toEqual([1, expect.stringContaining('that the command reads')]);
    const missing = await sweep('--merge', parts[0]!, inFolder('none.json'), '--out', inFolder('no.json'));
    expect([missing.code, missing.errors]).toEqual([1, expect.stringContaining('got nothing there')]);
    expect(readdirSync(folder)).not.toContain('no.json');
  });

  it('writes a report of all runs, also of finished ones, and over nothing but a report', async () => {
    const [page, runs, order] = ['report.html', 'recorded.json', 'reported.json'].map(inFolder);
    copyFileSync(new URL('../../public/recorded/emoji10-small.json', import.meta.url), runs!);
    copyFileSync(new URL('../../datasets/sweeps/emoji10-small.json', import.meta.url), order!);
    const args = [order!, '--plan', '--report', page!, '--out'];
    const { code, output } = await sweep(...args, runs!);
    expect([code, output]).toEqual([0, expect.stringContaining(`wrote ${page}`)]);
    const html = readFileSync(page!, 'utf8');
    expect(html).toMatch(/<pre>npm run sweep -- \S*reported\.json --plan --report .*<\/pre>/);
    expect(html).toContain('&quot;width&quot;: 4');
    const merged = await sweep('--merge', runs!, '--report', page!);
    expect(merged).toMatchObject({ code: 0, output: `wrote ${page}\n` });
    expect(readFileSync(page!, 'utf8')).toContain('npm run sweep -- --merge');
    writeFileSync(page!, '<!doctype html>\n<html>');
    const refused = await sweep('--merge', runs!, '--report', page!);
    expect([refused.code, refused.errors]).toEqual([
      1,
      expect.stringContaining('--report must be a new file or a report of a sweep'),
    ]);
    rmSync(page!);
    const none = await sweep(...args, inFolder('none.json'));
    expect(none.output).toContain('note    no report: there are no runs yet');
    expect(readdirSync(folder)).not.toContain('report.html');
  });

  it('trains again on other images whose files have the same names and sizes', async () => {
    const order = JSON.parse(readFileSync(inFolder('order.json'), 'utf8'));
    const args = [inFolder('same.json'), '--out', inFolder('same-runs.json'), '--engine', 'wasm'];
    for (const [i, name] of ['first', 'second'].entries()) {
      mkdirSync(inFolder(name));
      writeFileSync(inFolder(`${name}/train.bin`), makeRecords(24, 5 * i));
      const data = { train: [inFolder(`${name}/train.bin`)], test: [inFolder('test.bin')] };
      writeFileSync(
        inFolder('same.json'),
        JSON.stringify({ ...order, data, systems: [{ system: 'vicreg' }] }),
      );
      expect((await sweep(...args)).output).toContain('sweep   1 runs, 0 of them finished before');
      expect((await sweep(...args)).output).toContain('sweep   1 runs, 1 of them finished before');
    }
    const { runs } = (await readRunSet(inFolder('same-runs.json')))!;
    expect(new Set(runs.map(({ data }) => data.source)).size).toBe(1);
    expect(new Set(runs.map(({ data }) => data.images)).size).toBe(2);
  });

  it('keeps a run whose file was replaced by something else among the temporary files', async () => {
    const out = inFolder('replaced.json');
    const args = [inFolder('order.json'), '--out', out, '--engine', 'wasm'];
    const { code, errors } = await runHere(main, args, (said) => {
      if (said.includes('floors')) writeFileSync(out, 'notes');
    });
    const [, elsewhere = ''] = /What was made is in (.*replaced\.json): move it/.exec(errors) ?? [];
    expect([code, readFileSync(out, 'utf8')]).toEqual([1, 'notes']);
    expect((await readRunSet(elsewhere))!.runs).toHaveLength(1);
    rmSync(dirname(elsewhere), { recursive: true });
  });

  it('does not write over a file that holds something else', async () => {
    writeFileSync(inFolder('notes.txt'), 'notes');
    await expect(readRunSet(inFolder('notes.txt'))).rejects.toThrow(
      /notes\.txt would go on from what is there, but/,
    );
    expect(await readRunSet(inFolder('nothing.json'))).toBeNull();
  });
});
