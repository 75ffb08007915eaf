import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TensorFile, tensorValues } from './network/weights.ts';
import { weightsToSafetensors } from './network/weightsTensors.ts';
import { checkpointBytes } from './run/checkpoint/checkpointFile.ts';
import { continuableOf } from './run/checkpoint/runCheckpoint.ts';
import { type RunFile, runFileOf } from './run/files/runFile.ts';
import { gzipOf } from './run/files/runText.ts';
import { addToRecord, EMPTY_RECORD } from './run/record.ts';
import type { RunSet } from './run/sets/runSetFile.ts';
import { parseSweepFile } from './run/sweep/sweepFile.ts';
import { RecordedSession, TINY } from './session/session.fixture.ts';
import { unpackBits } from './statistics/bitset.ts';

// Runs the Python readers of docs/formats.md on files as the project writes them. Python needs no packages
// for it.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FORMATS = readFileSync(join(ROOT, 'docs/formats.md'), 'utf8');

/** The readers, by the file name in their first line. */
const READERS = new Map(
  Array.from(FORMATS.matchAll(/^```python\n(# (\w+\.py)[\s\S]*?)^```$/gm), ([, text, name]) => [
    name!,
    text!,
  ]),
);

/** Path of python3; null if there is none. The tests are skipped then. */
const PYTHON =
  [process.env.DUALGATE_PYTHON, '/usr/bin/python3', 'python3'].find(
    (path) => path !== undefined && spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0,
  ) ?? null;

const folder = mkdtempSync(join(tmpdir(), 'dualgate-formats-'));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a reader on a file and returns the lines that it prints. */
function read(reader: string, file: string): string[] {
  writeFileSync(at(reader), READERS.get(reader)!);
  const { status, stdout, stderr } = spawnSync(PYTHON!, ['-I', at(reader), file], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8', PYTHONDONTWRITEBYTECODE: '1' },
  });
  expect(status, stderr).toBe(0);
  return stdout.trimEnd().split('\n');
}

/** Sum in double precision, in Python's order. */
function sumOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}

/**
 * Checks that each line ends with the sum of a tensor. Python 3.12 adds more exactly, so the last digits may
 * differ.
 */
function expectSums(lines: readonly string[], heads: readonly (readonly [string, number])[]): void {
  expect(lines.map((line) => line.slice(0, line.lastIndexOf(' ')))).toEqual(heads.map(([head]) => head));
  for (const [i, [head, sum]] of heads.entries()) {
    const found = Number(lines[i]!.slice(lines[i]!.lastIndexOf(' ') + 1));
    expect(Math.abs(found - sum), head).toBeLessThan(1e-9 * Math.max(1, Math.abs(sum)));
  }
}

const listed = (shape: readonly number[]) => `[${shape.join(', ')}]`;

it('has one reader for each format that holds numbers', () => {
  expect([...READERS.keys()]).toEqual([
    ...['run.py', 'weights.py', 'safetensors.py', 'checkpoint.py', 'runs.py', 'sweep.py'],
  ]);
  // A reader has about ten lines, because people read short examples. Comments and empty lines are not
  // counted.
  for (const [name, text] of READERS) {
    const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
    expect(lines.length, name).toBeLessThanOrEqual(14);
  }
});

describe.skipIf(PYTHON === null)(
  `the Python of docs/formats.md ${PYTHON === null ? '(SKIPPED: no python3 here)' : 'reads'}`,
  () => {
    let run: RunFile;
    let checkpoint: NonNullable<RecordedSession['checkpoint']>;

    beforeAll(async () => {
      const session = await new RecordedSession().whole(TINY);
      const source = { kind: 'emoji10', test: 'unseen-style' } as const;
      checkpoint = session.checkpoint!;
      const record = session.events.reduce(addToRecord, EMPTY_RECORD);
      const further = await continuableOf({ config: TINY, input: 12, source, checkpoint });
      run = runFileOf(TINY, record, further);
      writeFileSync(at('run.json'), JSON.stringify(run));
    });

    it('run files, plain and gzip', async () => {
      writeFileSync(at('run.json.gz'), Buffer.from(await (await gzipOf(JSON.stringify(run))).arrayBuffer()));
      const lines = read('run.py', at('run.json'));
      expect(read('run.py', at('run.json.gz'))).toEqual(lines);
      expect(lines).toHaveLength(run.steps.length + run.epochs.length);
      expect(run.steps).toHaveLength(TINY.steps);
      const numbers = lines.map((line) => line.split(' ').slice(1).map(Number));
      expect(numbers).toEqual([
        ...run.steps.map(({ step, loss, macRatio }) => [step, loss, macRatio]),
        ...run.epochs.map(({ epoch, knn20 }) => [epoch, knn20.gated, knn20.dense]),
      ]);
    });

    it('weights, as JSON and as safetensors', () => {
      const weights = run.weights!;
      writeFileSync(at('weights.json'), JSON.stringify(weights));
      writeFileSync(at('weights.safetensors'), weightsToSafetensors(weights));
      const expected = Object.entries(weights.tensors).map(
        ([name, tensor]: [string, TensorFile]) =>
          [`${name} ${listed(tensor.shape)}`, sumOf(tensorValues(tensor))] as const,
      );
      expectSums(read('weights.py', at('weights.json')), expected);
      const safe = read('safetensors.py', at('weights.safetensors'));
      expectSums(safe.slice(0, expected.length), expected);
      const parity = safe.slice(expected.length).map((line) => line.split(' ', 1)[0]);
      expect(parity).toContain('parity.images');
      expect(parity).toContain('parity.features.gated');
      expect(parity).toContain('parity.gates.layer4.1');
    });

    it('checkpoints, as a file and in a run file', async () => {
      const file = { config: TINY, input: 12, checkpoint, attachment: 'π' };
      writeFileSync(at('checkpoint.bin'), await checkpointBytes(file));
      const { parameters, buffers, momenta } = checkpoint.engine;
      const expected = Object.entries({ parameters, buffers, momenta }).flatMap(([group, tensors]) =>
        [...tensors].map(([name, values]) => [`${group} ${name}`, sumOf(values)] as const),
      );
      const lines = read('checkpoint.py', at('checkpoint.bin'));
      expectSums(lines.slice(0, -1), expected);
      expect(lines.at(-1)).toBe(`step ${checkpoint.step} note π`);
      expect(read('checkpoint.py', at('run.json')).slice(0, -1)).toEqual(lines.slice(0, -1));
    });

    it('run sets: the recorded sweep', () => {
      const path = join(ROOT, 'public/recorded/emoji10-sweep.json');
      const set: RunSet = JSON.parse(readFileSync(path, 'utf8'));
      const expected = set.runs.flatMap(({ config, branches, denseMacs, data }) =>
        branches.map(({ branch, macs, knn20, correct }) => {
          const right = sumOf(unpackBits(correct!, data.test));
          expect(right / data.test).toBe(knn20);
          return [config.system, branch, macs / denseMacs, knn20, right];
        }),
      );
      const lines = read('runs.py', path).map((line) => line.split(' '));
      expect(lines.map(([system, branch, ...numbers]) => [system, branch, ...numbers.map(Number)])).toEqual(
        expected,
      );
    });

    it('sweeps: the one that was recorded', () => {
      const path = join(ROOT, 'datasets/sweeps/emoji10.json');
      const { order } = parseSweepFile(readFileSync(path, 'utf8'));
      const lines = read('sweep.py', path);
      expect(lines).toHaveLength(order.systems.length * order.budgets.length * order.seeds.length);
      expect(lines[0]).toBe("{'steps': 156, 'system': 'vicreg', 'budget': 0.1, 'seed': 1}");
    });
  },
);
