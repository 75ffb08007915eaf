import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, vi } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { makeParquet } from '../../data/formats/parquet/parquet.fixture.ts';
import { makeRecords } from '../../data/formats/records.fixture.ts';
import { pngOf } from '../../data/pictures/picture.fixture.ts';
import { tinyWeights } from '../../network/weights.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { runFileOf } from '../../run/files/runFile.ts';
import { EMPTY_RECORD } from '../../run/record.ts';
import { runHere } from '../command.fixture.ts';
import type { Terminal } from '../command.ts';
import { main as exportRun } from '../export/exportCommand.ts';
import { main as golden } from '../golden/goldenCommand.ts';
import { type ImagesValues, imagesOrder, loadImages } from '../images/imagesOrder.ts';
import { main as sweep } from '../sweep/sweepCommand.ts';
import { readKeptRun } from '../train/runOnDisk.ts';
import { main as train } from '../train/trainCommand.ts';
import { keptElsewhere } from './elsewhere.ts';
import { requireOut } from './outFile.ts';

// What each text of a command about files and folders advises, done.

const folder = mkdtempSync(join(tmpdir(), 'dualgate-advice-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** Puts a file there, in folders that are made for it. Returns its path. */
function put(name: string, content: string | Uint8Array = ''): string {
  mkdirSync(join(at(name), '..'), { recursive: true });
  writeFileSync(at(name), content);
  return at(name);
}

/** Runs a command; what it says is the error if it fails. */
const command = (
  main: (args: readonly string[], terminal: Terminal) => Promise<number>,
  ...args: string[]
) => {
  return async () => {
    const { code, output, errors } = await runHere(main, args);
    if (code !== 0) throw new Error(errors === '' ? output : errors);
  };
};

const RUN = JSON.stringify(runFileOf(DEFAULT_CONFIG, EMPTY_RECORD));
const finished = put('finished.json', RUN.slice(0, -1));
const weights = put('weights.json', JSON.stringify(tinyWeights()));
const out = (path: string, inputs: readonly string[] = [], force = false) => {
  return () => requireOut({ path, flag: '--out', kind: 'a run', inputs, force });
};

const OUT: readonly AdviceRow[] = [
  [
    'an input as output',
    out(weights, [weights]),
    /must not be a file that the command reads, got .*\. Name another file\.$/,
    out(at('new.json'), [weights]),
  ],
  [
    'a file of another kind',
    out(weights),
    /which holds weights\. Name another file, or delete this one\.$/,
    out(at('new.json')),
  ],
  [
    'a file of another kind, deleted',
    out(put('picture.json', pngOf(1))),
    /Name another file, or delete this one\.$/,
    async () => {
      rmSync(at('picture.json'));
      await out(at('picture.json'))();
    },
  ],
  [
    'a finished run',
    out(finished),
    /which holds a run\. Name another file, or replace it with --force\.$/,
    out(finished, [], true),
  ],
  [
    'the name of a folder',
    out(at('none/')),
    /got the name of a directory, .*\. Choose another path, or make its directory first\.$/,
    out(at('none')),
  ],
  [
    'a folder that is not there',
    out(at('later/run.json')),
    /got ENOENT.*\. Choose another path, or make its directory first\.$/,
    async () => {
      mkdirSync(at('later'));
      await out(at('later/run.json'))();
    },
  ],
  [
    'a file as the folder of an export',
    command(exportRun, weights, '--pytorch', finished),
    /must be a new or empty directory, got ENOTDIR.*\. Name another\.\n$/,
    command(exportRun, weights, '--pytorch', at('torch')),
  ],
  [
    'a folder with files',
    command(exportRun, weights, '--pytorch', folder),
    /must be a new or empty directory, got files in .*\. Name another\.\n$/,
    command(exportRun, weights, '--pytorch', at('torch2')),
  ],
  [
    'a run that is not there',
    command(exportRun, at('nothing.json'), '--pytorch', at('torch3')),
    /RUN must be a run or weights file that can be read, got ENOENT.*\. Check the path\.\n$/,
    command(exportRun, weights, '--pytorch', at('torch3')),
  ],
];

const full = () => Promise.reject(new Error('ENOSPC: no space left on device'));
const rescued: string[] = [];

const LOST: readonly AdviceRow[] = [
  [
    'no place where the run goes',
    async () => {
      throw await keptElsewhere(at('lost/run.json'), new Error('ENOENT'), async (path) => {
        rescued.push(path);
        writeFileSync(path, 'hours of work');
      });
    },
    /could not be written: ENOENT\. What was made is in .*run\.json: move it to a place that lasts\.$/,
    () => {
      renameSync(rescued[0]!, at('run.json'));
      rmSync(join(rescued[0]!, '..'), { recursive: true });
    },
  ],
  [
    'no place at all',
    async () => {
      throw await keptElsewhere(at('run.json'), new Error('ENOSPC'), full);
    },
    /Nor could it be written among the temporary files\. Make room, and start again\.$/,
    () => writeFileSync(at('run.json'), 'hours of work'),
  ],
  [
    'no folder of temporary files',
    async () => {
      vi.stubEnv('TMPDIR', at('nowhere'));
      const fault = await keptElsewhere(at('run.json'), new Error('ENOSPC'), full);
      vi.unstubAllEnvs();
      throw fault;
    },
    /Make room, and start again\.$/,
    () => writeFileSync(at('run.json'), 'hours of work'),
  ],
];

const load = (values: ImagesValues) => async () => {
  const { train, test } = await loadImages(imagesOrder(values), () => {});
  expect(Math.min(train.count, test.count)).toBeGreaterThan(0);
};
for (const split of ['train', 'test'])
  for (let i = 0; i < 3; i++) put(`doubtful/${split}/${i}.png`, pngOf(i));
for (let i = 0; i < 6; i++) put(`holed/${i}.png`, pngOf(i));
put('holed/6.HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'));
mkdirSync(at('empty'));
const images = put('images.bin', makeRecords(24));
const doubtful = { data: [at('doubtful')] };
const ASKED = /\(--data DIR --test DIR\), or say which is meant \(--layout classes or --layout splits\)\.$/;

const IMAGES: readonly AdviceRow[] = [
  [
    'an empty folder',
    load({ data: [at('empty')] }),
    /Name the files or their directory\.$/,
    load({ data: [images] }),
  ],
  [
    'a path that is not there',
    load({ data: [at('image.bin')] }),
    /got nothing there\. Check the path\.$/,
    load({ data: [images] }),
  ],
  ['folders that may be classes', load(doubtful), ASKED, load({ ...doubtful, layout: 'classes' })],
  ['folders that may be parts', load(doubtful), ASKED, load({ ...doubtful, layout: 'splits' })],
  [
    'folders that may be parts, by name',
    load(doubtful),
    ASKED,
    load({ data: [at('doubtful/train')], test: [at('doubtful/test')] }),
  ],
  [
    'pictures that are left out',
    load({ data: [at('holed')] }),
    /The option for that is --use-the-rest\.$/,
    load({ data: [at('holed')], 'use-the-rest': true }),
  ],
];

const VECTORS = fileURLToPath(new URL('../../golden/vectors/', import.meta.url));
for (const name of ['meta/meta.json', 'vectors/meta.json', 'vectors/d_flops.json'])
  put(name, readFileSync(join(VECTORS, basename(name))));

const GOLDEN: readonly AdviceRow[] = [
  ['no vectors', at('empty')],
  ['nothing but their description', at('meta')],
].map(([fault, directory]) => [
  fault!,
  command(golden, directory!),
  /expected golden vectors.*, got none.*\. Name a directory that holds them, such as src\/golden\/vectors\./,
  command(golden, at('vectors'), '--engine', 'cpu'),
]);

const table = put(
  'rows.parquet',
  makeParquet(Array.from({ length: 9 }, (_, i) => ({ picture: pngOf(i), label: i % 2 }))),
);
const order = {
  ...{ format: 'dualgate-sweep', version: 1, data: { train: [table], test: [] }, budgets: [0.3], seeds: [1] },
  ...{ systems: [{ system: 'vicreg' }], config: { width: 4, batch: 8, projector: 8, steps: 2 } },
};
let sweeps = 0;
/** Plans a sweep and trains nothing. */
const planned = (change: object, ...args: string[]) =>
  command(sweep, put(`sweep${sweeps++}.json`, JSON.stringify({ ...order, ...change })), '--plan', ...args);
const runs = put(
  'runs.json',
  JSON.stringify({ format: 'dualgate-runs', version: 1, recordedOn: 'here', engine: 'wasm', runs: [] }),
);
const foreign = put('foreign.json', '{"format":"other"}');
const merged = (part: string, name: string) => command(sweep, '--merge', part, '--out', at(name));

const SWEEPS: readonly AdviceRow[] = [
  [
    'a data set that only the page downloads',
    planned({ data: { hub: 'cifar10' } }),
    /Download the \.parquet files from .* and put their paths under "train" and "test"\.\n$/,
    planned({ data: { train: [table], test: [table] } }),
  ],
  [
    'settings that cannot run',
    planned({ budgets: [0.01] }),
    /sweep\d+\.json: .*budget.* got 0\.01\./i,
    planned({ budgets: [0.1] }),
  ],
  [
    'a small dense network beside the narrowest one',
    planned({ smallDense: true, config: { width: 2 } }),
    /needs a narrower width than 2: choose a width above 2\.\n$/,
    planned({ smallDense: true, config: { width: 3 } }),
  ],
  [
    'equal spending of small dense networks that nobody asked for',
    planned({}, '--equal', 'macs'),
    /Equal macs must go with small dense networks, got none: add --small-dense or "smallDense": true\.\n$/,
    planned({}, '--equal', 'macs', '--small-dense'),
  ],
  [
    'runs of something else',
    planned({}, '--out', foreign),
    /would go on from what is there, but: .* Or name another --out\.\n$/,
    planned({}, '--out', at('other.json')),
  ],
  [
    'a part that is something else',
    merged(foreign, 'a.json'),
    /--merge .*: A run set must have format/,
    merged(runs, 'a.json'),
  ],
  [
    'a part that is not there',
    merged(at('part.json'), 'b.json'),
    /got nothing there\. Check the path\.\n$/,
    merged(runs, 'b.json'),
  ],
];

const tiny = [
  '--data',
  images,
  '--test',
  images,
  ...'--width 4 --batch 8 --projector 8 --engine wasm'.split(' '),
];
const trained = (...args: string[]) => command(train, ...tiny, ...args);
const goOn = (...args: string[]) =>
  command(train, '--data', images, '--test', images, '--engine', 'wasm', ...args);

const RESUMED: readonly AdviceRow[] = [
  [
    'a run that is no file',
    () => readKeptRun(at('nothing.json')),
    /^--resume .*nothing\.json: ENOENT.*\. Check the path\.$/,
    async () => {
      await trained('--steps', '1', '--checkpoint', '--out', at('kept.json'))();
      await readKeptRun(at('kept.json'));
    },
  ],
  [
    'a file that is no run',
    () => readKeptRun(foreign),
    /^--resume .*foreign\.json: A run file must have format "dualgate-run"/,
    () => readKeptRun(at('kept.json')),
  ],
  [
    'a run without a checkpoint',
    () => readKeptRun(put('bare.json', RUN)),
    /has none: write it with --checkpoint, or export it from the page$/,
    () => readKeptRun(at('kept.json')),
  ],
  [
    'a run that is at its end',
    goOn('--resume', at('kept.json'), '--out', at('more.json')),
    /made after 1 steps, and the run must have more: give --steps, got 1\n/,
    goOn('--resume', at('kept.json'), '--out', at('more.json'), '--steps', '2'),
  ],
];

describe('the advice of texts about what is written', () => testAdvice([...OUT, ...LOST]));
describe('the advice of texts about images', () => testAdvice([...IMAGES, ...GOLDEN]));
describe('the advice of texts about runs', () => testAdvice([...SWEEPS, ...RESUMED]));
