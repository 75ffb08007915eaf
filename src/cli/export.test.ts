import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { tinyWeights } from '../network/weights.fixture.ts';
import { parseSafetensors } from '../run/files/weightsText.ts';
import { runHere } from './command.fixture.ts';
import { main as evaluate } from './evaluate/evaluateCommand.ts';
import { main } from './export/exportCommand.ts';
import { main as train } from './train/trainCommand.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-export-'));
const inFolder = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const exported = (file: string, directory: string) =>
  runHere(main, [inFolder(file), '--pytorch', inFolder(directory)]);

describe('npm run export', () => {
  it('writes weights alone without a training script', async () => {
    writeFileSync(inFolder('weights.json'), JSON.stringify(tinyWeights()));
    const { code, output, errors } = await exported('weights.json', 'new/torch');
    expect([code, errors]).toEqual([0, '']);
    expect(output).toBe(`wrote ${inFolder('new/torch')}: begin with README.txt\n`);
    expect(readdirSync(inFolder('new/torch')).toSorted()).toEqual([
      'README.txt',
      'dualgate_model.py',
      'weights.safetensors',
    ]);
  });

  it('writes a run with its settings and the scripts that go on with it', async () => {
    writeFileSync(inFolder('images.bin'), makeRecords(24));
    const tiny = '--width 4 --batch 8 --projector 8 --engine wasm --steps 1 --budget 0.4'.split(' ');
    const images = ['--data', inFolder('images.bin'), '--test', inFolder('images.bin')];
    expect((await runHere(train, [...images, ...tiny, '--out', inFolder('run.json')])).code).toBe(0);
    expect((await exported('run.json', 'run')).code).toBe(0);
    expect(readdirSync(inFolder('run')).toSorted()).toEqual([
      'README.txt',
      'config.json',
      'dualgate_model.py',
      'dualgate_step.py',
      'dualgate_train.py',
      'dualgate_views.py',
      'weights.safetensors',
    ]);
    expect(JSON.parse(readFileSync(join(inFolder('run'), 'config.json'), 'utf8'))).toMatchObject({
      format: 'dualgate-pytorch',
      config: { width: 4, budget: 0.4 },
      data: { train: 24, size: 32 },
      stepsDone: 1,
      memory: null,
    });
  });

  it('writes the weights alone into a file of either form, and replaces them only if told so', async () => {
    writeFileSync(inFolder('weights.json'), JSON.stringify(tinyWeights()));
    const to = (name: string, ...more: string[]) =>
      runHere(main, [inFolder('weights.json'), '--out', inFolder(name), ...more]);
    expect(await to('again.json')).toMatchObject({ code: 0, output: `wrote ${inFolder('again.json')}\n` });
    expect(JSON.parse(readFileSync(inFolder('again.json'), 'utf8'))).toEqual(tinyWeights());
    expect((await to('again.safetensors')).code).toBe(0);
    expect(parseSafetensors(readFileSync(inFolder('again.safetensors'))).weights).toEqual(tinyWeights());
    expect((await to('again.json')).errors).toContain('--out must be a new file, got');
    expect((await to('again.json', '--force')).code).toBe(0);
  });

  it('writes the gated branch at a budget as evaluate cuts it, for PyTorch without a training script', async () => {
    writeFileSync(inFolder('images.bin'), makeRecords(24));
    const images = ['--data', inFolder('images.bin'), '--test', inFolder('images.bin')];
    const run = inFolder('gated.json');
    const tiny = '--width 4 --batch 8 --projector 8 --engine wasm --steps 1'.split(' ');
    expect((await runHere(train, [...images, ...tiny, '--out', run])).code).toBe(0);
    const at = [run, ...images, '--budget', '.4', '--out'];
    expect((await runHere(evaluate, [...at, inFolder('cut.json'), '--slice', 'gated'])).code).toBe(0);
    const folder = ['--pytorch', inFolder('gated')];
    const { code, output } = await runHere(main, [...at, inFolder('at.safetensors'), ...folder]);
    expect(code).toBe(0);
    expect(output).toContain(
      'no training script is written: training begins with gates that are not shifted',
    );
    expect(output).toMatch(/gates shifted by δ = -?[\d.]+/);
    const cut = JSON.parse(readFileSync(inFolder('cut.json'), 'utf8'));
    expect(parseSafetensors(readFileSync(inFolder('at.safetensors'))).weights).toEqual(cut);
    expect(readdirSync(inFolder('gated')).toSorted()).toEqual([
      ...['README.txt', 'dualgate_model.py', 'weights.safetensors'],
    ]);
    expect(readFileSync(join(inFolder('gated'), 'weights.safetensors'))).toEqual(
      readFileSync(inFolder('at.safetensors')),
    );
    const readme = readFileSync(join(inFolder('gated'), 'README.txt'), 'utf8');
    expect(readme).toContain(`logit + ${cut.architecture.gateShift} is not negative`);
    // Slices have no gates to shift, or lack channels.
    const light = ['--slice', 'never-open', '--out', inFolder('light.json')];
    expect((await runHere(evaluate, [run, ...images, ...light])).code).toBe(0);
    const again = await runHere(main, [
      ...[inFolder('light.json'), ...images, '--budget', '.4', '--out', inFolder('none.json')],
    ]);
    expect([again.code, again.errors]).toEqual([
      1,
      expect.stringContaining('Choose the file of the whole network'),
    ]);
  });

  it('writes into no directory that holds something, and exits with 1', async () => {
    mkdirSync(inFolder('full'));
    writeFileSync(join(inFolder('full'), 'notes.txt'), 'notes');
    writeFileSync(inFolder('weights.json'), JSON.stringify(tinyWeights()));
    const { code, output, errors } = await exported('weights.json', 'full');
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain('--pytorch must be a new or empty directory, got files in');
    expect(readdirSync(inFolder('full'))).toEqual(['notes.txt']);
  });

  it('says what is wrong with a file, and exits with 1', async () => {
    const { code, output, errors } = await exported('none.json', 'none');
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain('RUN must be a run or weights file that can be read, got ENOENT');
  });

  it('answers wrong arguments with its usage and exit code 2', async () => {
    const { code, output, errors } = await runHere(main, ['run.json']);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain('usage: npm run export -- RUN [--pytorch DIR] [--out FILE]');
  });
});
