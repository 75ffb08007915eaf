import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { parseRunFile } from '../run/files/runFile.ts';
import { parseRunSet } from '../run/sets/runSetFile.ts';
import { type Ended, runHere } from './command.fixture.ts';
import { main as evaluate } from './evaluate/evaluateCommand.ts';
import { main as exportRun } from './export/exportCommand.ts';
import { MOMENTS, type Trouble } from './outputs.fixture.ts';
import { writeRunSet } from './sweep/runSetOnDisk.ts';
import { main as sweep } from './sweep/sweepCommand.ts';
import { main as train } from './train/trainCommand.ts';

// What every command does to what was there before, however it ends. A cell that is refused for its place
// must be so whatever would have happened later, so all cells run.

const disk = await vi.hoisted(async () => {
  const { TroubledDisk } = await import('./outputs.fixture.ts');
  return new TroubledDisk();
});
vi.mock('node:fs/promises', async (original) => disk.over(await original()));

const OUTCOMES = ['refused', 'failed', 'interrupted', 'killed', 'disk full', 'finished'] as const;
type Outcome = (typeof OUTCOMES)[number];

const COMMANDS = ['train', 'resume', 'evaluate', 'export', 'sweep', 'merge'] as const;
type Command = (typeof COMMANDS)[number];

const PLACES = {
  new: 'a new path',
  earlier: 'what it may replace or add to',
  finished: 'a finished run',
  forced: 'a finished run, with --force',
  input: 'its own input',
  picture: 'a picture that it reads',
  foreign: 'foreign JSON',
  folder: 'a folder with files',
  locked: 'a folder that may not be written',
} as const;
type Place = keyof typeof PLACES;

const CELLS = COMMANDS.flatMap((command) =>
  (Object.keys(PLACES) as Place[]).flatMap((place) =>
    OUTCOMES.map((outcome) => ({ command, place, outcome })),
  ),
);

/** The command's main function. A merge is a sweep's, and a resumed run is a train's. */
const MAINS = { train, resume: train, evaluate, export: exportRun, sweep, merge: sweep };

/** A command with `--out`, and the name of its own input. */
const INPUTS: Readonly<Record<Command, string>> = {
  ...{ train: 'train.bin', resume: 'run.json', evaluate: 'run.json', export: 'run.json' },
  ...{ sweep: 'sweep.json', merge: 'part1.json' },
};

const folder = mkdtempSync(join(tmpdir(), 'dualgate-outputs-'));
const PREPARED = join(folder, 'prepared');
afterAll(() => rmSync(folder, { recursive: true }));

/** The arguments of a command that works in a folder and ends in a certain way. */
function argumentsOf(
  command: Command,
  outcome: Outcome,
  place: Place,
  at: (name: string) => string,
): string[] {
  const fails = outcome === 'failed';
  const endless = outcome === 'interrupted' ? '100000' : '2';
  const data = [
    fails && command === 'resume' ? 'changed.bin' : 'train.bin',
    ...(place === 'picture' ? ['photos'] : []),
  ];
  const images = [
    '--data',
    ...data.map(at),
    '--test',
    at(fails && command === 'evaluate' ? 'none.bin' : 'test.bin'),
  ];
  const out = at(outOf(command, place));
  const all: Readonly<Record<Command, readonly string[]>> = {
    train: [
      ...images,
      ...`--method vicreg --width 4 --projector 8 --engine wasm --steps ${endless}`.split(' '),
      '--batch',
      fails ? '512' : '8',
    ],
    resume: [...images, '--resume', at('run.json'), '--engine', 'wasm', '--steps', endless],
    evaluate: [at('run.json'), ...images, '--measures', 'ridge'],
    export: [at(fails ? 'foreign.json' : 'run.json')],
    sweep: [
      at(
        place === 'picture'
          ? 'pictures.json'
          : fails
            ? 'failing.json'
            : outcome === 'interrupted'
              ? 'long.json'
              : 'sweep.json',
      ),
      '--engine',
      'wasm',
    ],
    merge: [
      '--merge',
      at('part1.json'),
      at(fails ? 'none.json' : place === 'picture' ? 'photos/a.png' : 'part2.json'),
    ],
  };
  return [
    ...all[command],
    ...[command === 'export' ? '--pytorch' : '--out', out],
    ...(place === 'forced' ? ['--force'] : []),
    ...(outcome === 'refused' ? ['--nonsense'] : []),
  ];
}

/** The path that a command is told to write, below its folder. */
function outOf(command: Command, place: Place): string {
  if (place === 'input') return INPUTS[command];
  const earlier = { train: 'begun.json', resume: 'begun.json', evaluate: 'evaluation.json', export: 'empty' };
  const names = {
    ...{ new: 'new.json', finished: 'finished.json', forced: 'finished.json', picture: 'photos/a.png' },
    ...{ foreign: 'foreign.json', folder: 'folder', locked: 'locked/new.json' },
  };
  return place === 'earlier' ? { ...earlier, sweep: 'old.json', merge: 'old.json' }[command] : names[place];
}

/** Whether a command may write there at all. */
function mayWrite(command: Command, place: Place): boolean {
  if (place === 'new' || place === 'earlier') return true;
  if (place === 'forced') return command === 'train' || command === 'resume';
  return place === 'input' && command === 'resume';
}

/** All that is in a folder: the bytes of each file, and the names of folders. */
function contentOf(path: string): Map<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted();
  return new Map(
    names.map((name) => {
      const file = join(path, name);
      return [name, statSync(file).isDirectory() ? 'a folder' : readFileSync(file, 'latin1')];
    }),
  );
}

/** Expects that a command wrote all that it had to. */
function expectWhole(command: Command, path: string, { isStopped = false, isPartial = false } = {}): void {
  if (command === 'export') {
    const names = readdirSync(path).filter((name) => !name.endsWith('.part'));
    // Files get their places in an existing folder one by one. A process that dies there leaves whole ones.
    if (!isPartial) expect(names.toSorted()).toEqual(readdirSync(join(PREPARED, 'exported')).toSorted());
    for (const name of names)
      expect(readFileSync(join(path, name)).equals(readFileSync(join(PREPARED, 'exported', name)))).toBe(
        true,
      );
    return;
  }
  const text = readFileSync(path, 'utf8');
  if (command === 'train' || command === 'resume') {
    const { steps, weights, checkpoint } = parseRunFile(text);
    expect([steps.length >= 2, weights === null]).toEqual([true, false]);
    if (isStopped) expect(checkpoint).not.toBeNull();
  } else if (command === 'evaluate') {
    expect(JSON.parse(text)).toMatchObject({ format: 'dualgate-evaluation', measures: [{}] });
  } else {
    const seeds = parseRunSet(text).runs.map(({ config }) => config.seed);
    const old = path.endsWith('old.json') ? [5] : [];
    expect(seeds.toSorted()).toEqual([...(command === 'merge' ? [3, 4] : [1]), ...old]);
  }
}

/** Runs a command. As root, which may write everywhere, `isOther` makes it another user's. */
function run(command: Command, args: readonly string[], isOther = false): Promise<Ended> {
  const swaps = isOther && process.geteuid?.() === 0;
  if (swaps) process.seteuid?.(65534);
  const isLong = args.some((arg) => arg.endsWith('long.json'));
  const moment = args.includes('100000') ? 'epoch 1 (step 3)' : isLong ? '\nwrote ' : null;
  let isStopped = false;
  const ended = runHere(MAINS[command], args, (said, interrupt) => {
    if (isStopped || moment === null || !said.includes(moment)) return;
    isStopped = true;
    interrupt('SIGTERM');
  });
  return ended.finally(() => {
    if (swaps) process.seteuid?.(0);
  });
}

/** The troubles that a command meets, one after another, to end in a certain way. */
function troublesOf(command: Command, outcome: Outcome, isWritten: boolean): readonly Trouble[] {
  if (outcome === 'killed') return isWritten ? MOMENTS : [MOMENTS[1]];
  if (outcome === 'disk full') return ['full'];
  // The others have no handler: a signal ends them, but not while they write.
  const hasHandler = command === 'train' || command === 'resume' || command === 'sweep';
  return [outcome === 'interrupted' && !hasHandler ? 'signal' : null];
}

/** Lets a command meet a trouble. Returns how it ended, and the signals that nothing but the test heard. */
async function meet(trouble: Trouble, work: () => Promise<Ended>) {
  const before = STOPS.map((signal) => process.listeners(signal));
  const death = disk.expect(trouble);
  const signals: string[] = [];
  if (trouble === 'signal') process.on('SIGTERM', (signal) => signals.push(signal));
  const ended = await Promise.race([work(), death]);
  // A command that died has left its handlers.
  for (const [i, signal] of STOPS.entries()) {
    for (const listener of process.listeners(signal))
      if (!before[i]?.includes(listener)) process.off(signal, listener);
  }
  return { ended, signals };
}

const STOPS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  for (const name of ['photos', 'folder', 'locked', 'empty'])
    mkdirSync(join(PREPARED, name), { recursive: true });
  const at = (name: string) => join(PREPARED, name);
  writeFileSync(at('train.bin'), makeRecords(24));
  writeFileSync(at('changed.bin'), makeRecords(24, 5));
  writeFileSync(at('test.bin'), makeRecords(10, 3));
  writeFileSync(at('photos/a.png'), Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0));
  writeFileSync(at('foreign.json'), '{"foreign": 1}');
  writeFileSync(at('folder/notes.txt'), 'notes');
  const config = { width: 4, batch: 8, projector: 8, steps: 1, gradientsEvery: 0 };
  const orders = {
    sweep: { seeds: [1] },
    ...{
      parts: { seeds: [3, 4, 5] },
      long: { seeds: [1, 2] },
      failing: { config: { ...config, batch: 512 } },
    },
    pictures: { data: { train: ['train.bin', 'photos'].map((name) => join(folder, 'cell', name)) } },
  };
  for (const [name, order] of Object.entries(orders)) {
    const data = { train: [at('train.bin')], test: [at('test.bin')] };
    const head = { format: 'dualgate-sweep', version: 1, systems: [{ system: 'vicreg' }], budgets: [0.3] };
    writeFileSync(at(`${name}.json`), JSON.stringify({ ...head, seeds: [1], data, config, ...order }));
  }
  const ended = async (command: Command, ...args: string[]) =>
    expect(await run(command, args)).toMatchObject({ code: 0 });
  const tiny = '--method vicreg --width 4 --projector 8 --batch 8 --engine wasm --steps 1 --checkpoint'.split(
    ' ',
  );
  await ended('train', '--data', at('train.bin'), '--test', at('test.bin'), ...tiny, '--out', at('run.json'));
  const kept = readFileSync(at('run.json'), 'utf8');
  writeFileSync(at('finished.json'), kept);
  const begun = { ...JSON.parse(kept), steps: [], epochs: [], final: null, weights: null, checkpoint: null };
  writeFileSync(at('begun.json'), JSON.stringify(begun));
  writeFileSync(at('evaluation.json'), '{"format":"dualgate-evaluation","version":1}');
  await ended('export', at('run.json'), '--pytorch', at('exported'));
  await ended('sweep', at('parts.json'), '--engine', 'wasm', '--out', at('all.json'));
  const set = parseRunSet(readFileSync(at('all.json'), 'utf8'));
  for (const [i, name] of ['part1', 'part2', 'old'].entries())
    await writeRunSet(at(`${name}.json`), { ...set, runs: set.runs.slice(i, i + 1) });
});

describe(`in ${CELLS.length} cells of command, place and end, what was there stays or the new file is whole`, () => {
  const cell = join(folder, 'cell');
  const at = (name: string) => join(cell, name);
  let ran = 0;
  const lay = () => {
    if (existsSync(cell)) chmodSync(at('locked'), 0o755);
    rmSync(cell, { recursive: true, force: true });
    cpSync(PREPARED, cell, { recursive: true });
    chmodSync(at('locked'), 0o555);
    return contentOf(cell);
  };

  /** Expects that nothing but the output changed. Returns whether that did. */
  function changed(before: Map<string, string>, out: string, rest: RegExp | null): boolean {
    const isOut = (name: string) => name === out || name.startsWith(`${out}/`);
    const after = contentOf(cell);
    const stayed = (content: Map<string, string>) =>
      [...content]
        .filter(([name]) => !isOut(name) && !rest?.test(name))
        .map(([name, bytes]) => [name, bytes]);
    expect(stayed(after).map(([name]) => name)).toEqual(stayed(before).map(([name]) => name));
    expect(JSON.stringify(stayed(after)) === JSON.stringify(stayed(before))).toBe(true);
    const ofOut = (content: Map<string, string>) =>
      JSON.stringify([...content].filter(([name]) => isOut(name) && !rest?.test(name)));
    return ofOut(after) !== ofOut(before);
  }

  it.skipIf(platform() === 'win32').each(CELLS)(
    '$command × $place × $outcome',
    async ({ command, place, outcome }) => {
      ran++;
      const isWritten = mayWrite(command, place) && outcome !== 'refused' && outcome !== 'failed';
      const out = outOf(command, place);
      const args = argumentsOf(command, outcome, place, at);
      for (const trouble of troublesOf(command, outcome, isWritten)) {
        const before = lay();
        const { ended, signals } = await meet(trouble, () => run(command, args, place === 'locked'));
        expect(disk.isMet).toBe(isWritten && trouble !== null);
        const isDone = isWritten && trouble !== 'full' && (outcome !== 'killed' || trouble === 'done');
        const mayRemain = outcome === 'killed' && isWritten ? /\.(part|lock)(\/|$)/ : null;
        expect(changed(before, out, mayRemain), JSON.stringify(ended)).toBe(isDone);
        const isPartial = outcome === 'killed' && command === 'export' && place === 'earlier';
        if (isDone) expectWhole(command, at(out), { isStopped: outcome === 'interrupted', isPartial });
        if (ended !== 'died') {
          const isStopped = trouble === null && outcome === 'interrupted';
          const code = !isWritten || trouble === 'full' ? expect.toBeOneOf([1, 2]) : isStopped ? 143 : 0;
          expect(ended).toMatchObject({ code });
          if (trouble === 'signal') expect(signals).toEqual(isWritten ? ['SIGTERM'] : []);
        } else if (!isDone) {
          // The process is gone, so its lock names one that is not there.
          for (const name of readdirSync(cell).filter((name) => name.endsWith('.lock')))
            writeFileSync(at(name), readFileSync(at(name), 'utf8').replace(`${process.pid}`, `${2 ** 30}`));
          expect((await meet(null, () => run(command, args))).ended).toMatchObject({ code: 0 });
          expectWhole(command, at(out));
          expect(changed(before, out, /\.part(\/|$)/)).toBe(true);
        }
      }
    },
  );

  it('all ran', () => {
    expect(ran).toBe(COMMANDS.length * Object.keys(PLACES).length * OUTCOMES.length);
  });
});
