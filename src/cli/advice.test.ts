import { describe, expect, it } from 'vitest';
import { type AdviceRow, advised } from '../advice.fixture.ts';
import { benchCommand } from './bench/benchArguments.ts';
import { bundleOrder } from './bundle/bundleArguments.ts';
import { evaluateOrder } from './evaluate/evaluateArguments.ts';
import { exportOrder } from './export/exportArguments.ts';
import { goldenOrder } from './golden/goldenArguments.ts';
import { recordedOrder } from './recorded/recordedArguments.ts';
import { startOrder } from './start/startArguments.ts';
import { sweepArguments } from './sweep/sweepArguments.ts';
import { trainOrder } from './train/trainArguments.ts';
import { UsageError } from './usageError.ts';

// What each text about the words after a command advises, done: a row has the words that are refused, the
// text, and the words that it asks for.

type Words = readonly [bad: string, says: RegExp, good: string];

const argumentsOf = (words: string) => (words === '' ? [] : words.split(' '));

function testWords(parse: (args: readonly string[]) => unknown, rows: readonly Words[]): void {
  it.each(rows)('%s', async (bad, says, good) => {
    const provoke: AdviceRow[1] = () => parse(argumentsOf(bad));
    expect(provoke).toThrow(UsageError);
    await advised({ provoke, says, follow: () => parse(argumentsOf(good)) });
  });
}

describe('npm start', () =>
  testWords(startOrder, [
    ['--port 0', /must be a whole number from 1 to 65535, got 0$/, '--port 4173'],
    ['--prot 1', /Unknown option '--prot'/, '--port 1'],
  ]));

describe('npm run train', () =>
  testWords(trainOrder, [
    ['--width big', /^--width must be a number, got "big"$/, '--width 64'],
    ['--epochs 0', /^--epochs must be a whole number from 1 up, got 0$/, '--epochs 1'],
    ['--engine gpu', /^--engine must be one of auto, wasm, cpu, webgpu, got "gpu"$/, '--engine wasm'],
    [
      '--adapter NVIDIA',
      /^--adapter belongs to --engine webgpu, got --engine auto$/,
      '--engine webgpu --adapter NVIDIA',
    ],
    [
      '--engine cpu --threads 2',
      /^--threads belongs to --engine wasm, got --engine cpu$/,
      '--engine wasm --threads 2',
    ],
    ['--threads 0', /^--threads must be a whole number from 1 up, got 0$/, '--threads 1'],
    ['--budget 0.01', /budget/i, '--budget 0.3'],
    ['--epochs 2 --steps 100', /^give --epochs or --steps, not both$/, '--epochs 2'],
    ['--checkpoint-every 0', /must be a number of minutes above 0, got 0$/, '--checkpoint-every 1'],
    ['--resume a --weights b', /^give --resume, .* or --weights, .*; not both$/, '--resume a'],
    ['--resume a --width 8', /only --steps may change, got --width$/, '--resume a --steps 8'],
    ['--sept 1', /Unknown option '--sept'/, '--steps 1'],
    ['--data', /^--data must be followed by a path, got none$/, '--data a.bin'],
    ['--data=', /^--data and --test must name a path, got ""$/, '--data=a.bin'],
    [
      '--test a.bin',
      /^--test goes with --data PATH; for emoji10 choose --test-set$/,
      '--data b --test a.bin',
    ],
    ['--test a.bin', /for emoji10 choose --test-set$/, '--test-set same-styles'],
    ['--side 64', /^--side goes with --data PATH;/, '--data a --side 64'],
    ['--layout classes', /^--layout goes with --data PATH;/, '--data a --layout classes'],
    ['--use-the-rest', /^--use-the-rest goes with --data PATH;/, '--data a --use-the-rest'],
  ]));

describe('npm run evaluate', () =>
  testWords(evaluateOrder, [
    ['r.json --budgets .2;.3', /shares of the dense MACs, .* got ".2;.3"$/, 'r.json --budgets .2,.3'],
    [
      'r.json --slice dense --budget .2 --out w.json',
      /^--budget belongs to --slice gated, frozen or never-open, or to --speed$/,
      'r.json --slice gated --budget .2 --out w.json',
    ],
    [
      'r.json --slice gated --budget 2 --out w.json',
      /above 0 and up to 1, got 2$/,
      'r.json --slice gated --budget .2 --out w.json',
    ],
    ['r.json --save s.json', /^--save belongs to --budgets$/, 'r.json --budgets .2 --save s.json'],
    [
      'r.json --budgets .2 --save s.json --out s.json',
      /^--save and --out must be different files, got s.json for both$/,
      'r.json --budgets .2 --save s.json --out t.json',
    ],
    ['a b', /^name one run or weights file, got a, b$/, 'a'],
    ['a --mesures all', /Unknown option '--mesures'/, 'a --measures all'],
    ['a --mask l1 --measures ridge', /^ask for one thing, got --measures and --mask$/, 'a --mask l1'],
    ['a --ratio .2', /^--ratio belongs to --mask$/, 'a --mask l1 --ratio .2'],
    ['a --slice thin --out x', /^--slice must be .*, got "thin"$/, 'a --slice frozen --out x'],
    ['a --slice frozen', /needs --out FILE, where the weights go$/, 'a --slice frozen --out x'],
    ['a --mask real', /^--mask must list .* or all, got "real"$/, 'a --mask all'],
    ['a --mask l1 --ratio 0', /must be a share above 0 and up to 1, got 0$/, 'a --mask l1 --ratio 1'],
    [
      'a --mask all --engine webgpu',
      /^--mask, --slice and --speed are computed on wasm, got --engine webgpu; leave --engine out$/,
      'a --mask all',
    ],
    [
      'a --measures floors',
      /^--measures must list floors beside .*, got "floors"$/,
      'a --measures floors,ridge',
    ],
    ['a --measures knn0', /^--measures must list knnK, .* or all, got "knn0"$/, 'a --measures knn5'],
  ]));

describe('npm run export', () =>
  testWords(exportOrder, [
    ['--pytorch d', /^name one run or weights file, got none$/, 'a --pytorch d'],
    ['a', /^say where to: --pytorch DIR, --out FILE or both$/, 'a --pytorch d'],
    ['a --pytorch d --force', /^--force belongs to --out$/, 'a --out w.json --force'],
    ['a --out w --data b', /^--data belongs to --budget$/, 'a --out w --data b --budget .2'],
    ['a --out w --budget 2', /share of the dense MACs, above 0 and up to 1, got 2$/, 'a --out w --budget 1'],
    ['a --torch d', /Unknown option '--torch'/, 'a --pytorch d'],
  ]));

describe('npm run golden', () =>
  testWords(goldenOrder, [
    ['', /^name the directory of golden vectors$/, 'a'],
    ['a b', /^one directory at a time, got also b$/, 'a'],
    ['a --engine gpu', /^--engine must be one of .*, got "gpu"$/, 'a --engine wasm'],
    [
      'a --adapter b',
      /^--adapter belongs to --engine webgpu, got --engine wasm$/,
      'a --adapter b --engine webgpu',
    ],
    ['a --jsn b', /Unknown option '--jsn'/, 'a --json b'],
  ]));

describe('npm run bench', () =>
  testWords(benchCommand, [
    ['--engine gpu', /^--engine must be one of .*, got "gpu"$/, '--engine cpu'],
    ['--steps 0', /^--steps must be a whole number from 1 up, got 0$/, '--steps 1'],
    [
      '--adapter b',
      /^--adapter belongs to --engine webgpu, got --engine wasm$/,
      '--adapter b --engine webgpu',
    ],
    ['--profile', /belong to --engine webgpu, got --engine wasm$/, '--profile --engine webgpu'],
    ['--step 1', /Unknown option '--step'/, '--steps 1'],
  ]));

describe('npm run bundle', () =>
  testWords(bundleOrder, [
    ['', /^say where to: --out DIR$/, '--out d'],
    ['--out d --node', /Unknown option '--node'/, '--out d --with-node'],
  ]));

describe('npm run recorded', () =>
  testWords(recordedOrder, [
    ['simclr', /^SYSTEM must be one of .*, got "simclr"$/, 'vicreg'],
    ['vicreg --steps 0', /^--steps must be a whole number from 1, got "0"$/, 'vicreg --steps 1'],
    ['--step 1', /Unknown option '--step'/, '--steps 1'],
  ]));

describe('npm run sweep', () =>
  testWords(sweepArguments, [
    ['a b', /^sweep must be given one FILE, got 2$/, 'a'],
    ['a --engine gpu', /^--engine must be one of auto, wasm, cpu, webgpu, got "gpu"$/, 'a --engine cpu'],
    ['--merge a --out b --plan', /must stand without --plan$/, '--merge a --out b'],
    ['--merge --out b', /^--merge must be followed by the files of the parts$/, '--merge a --out b'],
    ['--merge a', /^--merge needs --out FILE, where all runs go, or --report HTML$/, '--merge a --report b'],
    ['a --report a', /^--report must be a file of its own, got a, /, 'a --report b'],
    ['a --shard 9/8', /^--shard must be K\/N with K from 1 to N, such as 3\/8, got "9\/8"$/, 'a --shard 3/8'],
    ['a --equal time', /^--equal must be one of steps, macs, both, got "time"$/, 'a --equal macs'],
    ['a --plans', /Unknown option '--plans'/, 'a --plan'],
  ]));
