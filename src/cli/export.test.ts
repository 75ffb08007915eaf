import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { tinyWeights } from '../network/weights.fixture.ts';
import { runHere } from './command.fixture.ts';
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
    expect(errors).toContain('usage: npm run export -- RUN --pytorch DIR');
  });
});
