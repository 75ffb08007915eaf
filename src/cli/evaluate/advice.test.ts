import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { makeRecords } from '../../data/formats/records.fixture.ts';
import { runHere } from '../command.fixture.ts';
import { main as train } from '../train/trainCommand.ts';
import { main } from './evaluateCommand.ts';

// What each text of npm run evaluate about its work advises, done.

const folder = mkdtempSync(join(tmpdir(), 'dualgate-evaluate-advice-'));
const at = (name: string) => join(folder, name);
const IMAGES = ['--data', at('train.bin'), '--test', at('test.bin')];

beforeAll(async () => {
  writeFileSync(at('train.bin'), makeRecords(24));
  writeFileSync(at('test.bin'), makeRecords(10, 3));
  const tiny = '--width 4 --batch 8 --projector 8 --engine wasm --steps 1 --out'.split(' ');
  expect((await runHere(train, [...IMAGES, ...tiny, at('run.json')])).code).toBe(0);
  const { weights } = JSON.parse(readFileSync(at('run.json'), 'utf8'));
  writeFileSync(at('weights.json'), JSON.stringify(weights));
});
afterAll(() => rmSync(folder, { recursive: true }));

const evaluated =
  (file: string, ...more: string[]) =>
  async () => {
    const { code, errors } = await runHere(main, [at(file), ...IMAGES, '--budgets', '.5', ...more]);
    if (code !== 0) throw new Error(errors);
  };
const SAVE =
  /--save must be given with a run file, got weights alone in .*weights\.json\. Name the run’s file, or leave --save out\.\n$/;

const WORK: readonly AdviceRow[] = [
  [
    'a table for weights without their run, named',
    evaluated('weights.json', '--save', at('a.json')),
    SAVE,
    evaluated('run.json', '--save', at('a.json')),
  ],
  [
    'a table for weights without their run, left out',
    evaluated('weights.json', '--save', at('b.json')),
    SAVE,
    evaluated('weights.json'),
  ],
];

describe('the advice of texts about evaluating', () => testAdvice(WORK));
