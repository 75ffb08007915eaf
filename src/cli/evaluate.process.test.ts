import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { runAlone, runHere } from './command.fixture.ts';
import { main as train } from './train/trainCommand.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-evaluate-process-'));
const inFolder = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

it('npm run evaluate says what it measured, and exits with 0', async () => {
  writeFileSync(inFolder('train.bin'), makeRecords(24));
  writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
  const images = ['--data', inFolder('train.bin'), '--test', inFolder('test.bin')];
  const tiny = '--width 4 --batch 8 --projector 8 --engine wasm --steps 1 --out'.split(' ');
  expect((await runHere(train, [...images, ...tiny, inFolder('run.json')])).code).toBe(0);
  const asked = ['--measures', 'knn20', '--out', inFolder('knn.json')];
  const { code, output, errors } = await runAlone('evaluate', [inFolder('run.json'), ...images, ...asked]);
  expect(code, errors).toBe(0);
  const lines = output.trimEnd().split('\n');
  expect(output).toMatch(/^data +.*: 24 training images/m);
  expect(output).toMatch(/^20-NN, cosine: gated [\d.]+ % ± [\d.]+ %, dense [\d.]+ % ± [\d.]+ %$/m);
  expect(lines.at(-2)).toMatch(/^done +in [\d.]+ s$/);
  expect(lines.at(-1)).toBe(`wrote ${inFolder('knn.json')}`);
  // Each task is reported once.
  const tasks = errors.trimEnd().split('\n');
  expect(tasks.length).toBeGreaterThan(0);
  expect(new Set(tasks).size).toBe(tasks.length);
}, 180_000);
