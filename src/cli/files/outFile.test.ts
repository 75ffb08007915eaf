import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRecords } from '../../data/formats/records.fixture.ts';
import { runHere } from '../command.fixture.ts';
import { main as evaluate } from '../evaluate/evaluateCommand.ts';
import { main as sweep } from '../sweep/sweepCommand.ts';
import { main as train } from '../train/trainCommand.ts';
import { requireOut, requireWritable } from './outFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-out-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a new path is fine, and stays new', async () => {
  await requireWritable(join(folder, 'new.json'));
  expect(readdirSync(folder)).not.toContain('new.json');
});

it('a file that is there keeps its contents', async () => {
  const path = join(folder, 'old.json');
  writeFileSync(path, 'an earlier run');
  await requireWritable(path);
  expect(readFileSync(path, 'utf8')).toBe('an earlier run');
});

it('a link that leads nowhere stays a link, and its target is not made', async () => {
  const link = join(folder, 'link.json');
  symlinkSync(join(folder, 'target.json'), link);
  await requireWritable(link);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(folder)).not.toContain('target.json');
});

it.each([
  ['a directory', folder],
  ['a path in a directory that is not there', join(folder, 'none', 'run.json')],
  ['an empty path', ''],
  ['the name of a directory that is not there', join(folder, 'none/')],
])('%s is refused with its name', async (_, path) => {
  await expect(requireWritable(path)).rejects.toThrow(
    /^--out must be a file that can be written, got (E\w+: |the name of a directory)/,
  );
  await expect(requireWritable(path)).rejects.toThrow(`'${path}'`);
});

describe('requireOut', () => {
  const place = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const order = (path: string) => ({ path, flag: '--out', kind: 'a run', inputs: [] }) as const;
  const RUN = '{"format":"dualgate-run","version":1';

  it.each([
    ['weights', '{"format":"dualgate-weights","version":1}'],
    ['weights', Uint8Array.from([9, 0, 0, 0, 0, 0, 0, 0, 123])],
    ['an evaluation', '{ "format": "dualgate-evaluation" }'],
    ['a set of runs', '{"format":"dualgate-runs"}'],
    ['a file of another kind', '{"foreign": 1}'],
    ['a file of another kind', Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0])],
  ])('names what is there: %s', async (held, content) => {
    const path = place('held', content);
    await expect(requireOut({ ...order(path), force: true })).rejects.toThrow(
      `held, which holds ${held}. Name`,
    );
  });

  it('lets a run be replaced only by force, also a packed or a damaged one', async () => {
    for (const content of [RUN, gzipSync(RUN), `${RUN}}`]) {
      const path = place('run', content);
      await expect(requireOut(order(path))).rejects.toThrow('replace it with --force');
      await requireOut({ ...order(path), force: true });
    }
  });

  it('takes an empty file, a device, and the file of the run that continues', async () => {
    await requireOut(order(place('empty', '')));
    await requireOut(order('/dev/null'));
    const path = place('run', RUN);
    await requireOut({ ...order(path), continued: path });
  });

  it('refuses an input under any of its names, also by force', async () => {
    const run = place('input', RUN);
    linkSync(run, join(folder, 'hard'));
    symlinkSync(run, join(folder, 'soft'));
    for (const name of ['input', 'hard', 'soft', './input']) {
      const asked = { ...order(`${folder}/${name}`), inputs: [run], force: true };
      await expect(requireOut(asked)).rejects.toThrow('must not be a file that the command reads');
    }
  });

  it('says in which folder of images a file lies', async () => {
    mkdirSync(join(folder, 'photos'));
    const path = place('photos/a.png', Uint8Array.of(137, 80));
    await expect(requireOut({ ...order(path), inputs: [join(folder, 'photos')] })).rejects.toThrow(
      'among the files of',
    );
  });
});

describe('a command leaves what was there byte for byte', () => {
  const inFolder = (name: string) => join(folder, name);
  const images = () => ['--data', inFolder('train.bin'), '--test', inFolder('test.bin')];
  const TINY = '--width 4 --batch 8 --projector 8 --engine wasm'.split(' ');
  let whole: Uint8Array = new Uint8Array();
  const expectUntouched = () => expect(readFileSync(inFolder('kept.json')).equals(whole)).toBe(true);

  beforeAll(async () => {
    writeFileSync(inFolder('train.bin'), makeRecords(24));
    writeFileSync(inFolder('other.bin'), makeRecords(16));
    writeFileSync(inFolder('changed.bin'), makeRecords(24, 5));
    writeFileSync(inFolder('changedTest.bin'), makeRecords(10, 4));
    writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
    const options = [...TINY, '--steps', '2', '--checkpoint', '--out', inFolder('kept.json')];
    expect((await runHere(train, [...images(), ...options])).code).toBe(0);
    whole = readFileSync(inFolder('kept.json'));
  });

  it('a new run over a finished one, without --force', async () => {
    const { code, output, errors } = await runHere(train, [
      ...images(),
      ...TINY,
      '--out',
      inFolder('kept.json'),
    ]);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain('replace it with --force');
    expectUntouched();
  });

  it('a run that is refused before its first step, even by force', async () => {
    const options = [...TINY, '--batch', '512', '--force', '--out', inFolder('kept.json')];
    const { code, output } = await runHere(train, [...images(), ...options]);
    expect(code).toBe(1);
    expect(output).toContain('No step was taken, so');
    expectUntouched();
  });

  it.each([
    ['fewer', 'other.bin', 'test.bin'],
    ['as many', 'changed.bin', 'test.bin'],
    ['as many, of which only the test images differ', 'train.bin', 'changedTest.bin'],
  ])('a run that would go on with other images: %s', async (_, data, test) => {
    const other = ['--data', inFolder(data), '--test', inFolder(test)];
    const options = ['--resume', inFolder('kept.json'), '--out', inFolder('kept.json'), '--steps', '4'];
    const { code, output } = await runHere(train, [...other, ...options]);
    expect(code).toBe(1);
    expect(output).toContain('These are other images');
    expectUntouched();
  });

  it('an evaluation, and a sweep, into a file that they read', async () => {
    const measured = await runHere(evaluate, [
      inFolder('kept.json'),
      ...images(),
      '--out',
      inFolder('kept.json'),
    ]);
    expect([measured.code, measured.output]).toEqual([1, '']);
    const order = {
      format: 'dualgate-sweep',
      version: 1,
      systems: [{ system: 'vicreg' }],
      budgets: [0.3],
      seeds: [1],
    };
    const text = JSON.stringify({ ...order, data: { train: [inFolder('kept.json')] } });
    writeFileSync(inFolder('sweep.json'), text);
    for (const name of ['sweep.json', 'kept.json']) {
      const { code, errors } = await runHere(sweep, [inFolder('sweep.json'), '--out', inFolder(name)]);
      expect([code, errors]).toEqual([1, expect.stringContaining('that the command reads')]);
    }
    expect(readFileSync(inFolder('sweep.json'), 'utf8')).toBe(text);
    expectUntouched();
  });

  it('a run that another process wrote meanwhile: both are kept', async () => {
    mkdirSync(inFolder('together'));
    const out = inFolder('together/run.json');
    const options = [...images(), ...TINY, '--steps', '1', '--out', out];
    const both = [1, 2].map((seed) => runHere(train, [...options, '--seed', `${seed}`]));
    const ended = await Promise.all(both);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    expect(readdirSync(inFolder('together'))).toEqual(['run-2.json', 'run.json']);
    const beside = `wrote ${inFolder('together/run-2.json')} (${out} was changed by another meanwhile`;
    expect(ended.filter(({ output }) => output.includes(beside))).toHaveLength(1);
    const seeds = ['run', 'run-2'].map((name) => {
      const { config, weights } = JSON.parse(readFileSync(inFolder(`together/${name}.json`), 'utf8'));
      expect(weights).not.toBeNull();
      return config.seed;
    });
    expect(seeds.toSorted()).toEqual([1, 2]);
  });

  it('a run that goes on in its own file keeps a checkpoint there, the new one', async () => {
    const own = inFolder('own.json');
    writeFileSync(own, whole);
    const options = ['--resume', own, '--out', own, '--engine', 'wasm'];
    const first = await runHere(train, [...images(), ...options, '--steps', '3']);
    expect(first.code).toBe(0);
    expect((await runHere(train, [...images(), ...options, '--steps', '4'])).code).toBe(0);
    const { steps, checkpoint } = JSON.parse(readFileSync(own, 'utf8'));
    expect([steps.length, checkpoint.length > 1000]).toEqual([4, true]);
    const finished = readFileSync(own);
    const again = await runHere(train, [...images(), ...options]);
    expect([again.code, again.errors]).toEqual([2, expect.stringContaining('made after 4 steps')]);
    expect(readFileSync(own).equals(finished)).toBe(true);
  });
});
