import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { pngOf } from '../data/pictures/picture.fixture.ts';
import { buildNetwork } from '../network/layers.ts';
import { bufferSpecs, parameterSpecs } from '../network/parameters.ts';
import { unpackBits } from '../statistics/bitset.ts';
import { runHere } from './command.fixture.ts';
import { main } from './train/trainCommand.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-train-'));
const inFolder = (name: string) => join(folder, name);
const IMAGES = ['--data', inFolder('train.bin'), '--test', inFolder('test.bin')];
const TINY = '--width 4 --batch 8 --projector 8 --engine wasm'.split(' ');

beforeAll(() => {
  writeFileSync(inFolder('train.bin'), makeRecords(24));
  writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
});
afterAll(() => rmSync(folder, { recursive: true }));

const train = (args: readonly string[], onOutput?: Parameters<typeof runHere>[2]) =>
  runHere(main, args, onOutput);

const readRun = (name: string) => JSON.parse(readFileSync(inFolder(name), 'utf8'));
const keys = (value: object) => Object.keys(value).toSorted();

describe('npm run train', () => {
  it('trains to the end, exits with 0 and writes a run with all of its parts', async () => {
    const out = inFolder('run.json');
    const { code, output, errors } = await train([...IMAGES, ...TINY, '--steps', '2', '--out', out]);
    expect([code, errors.includes('Error')]).toEqual([0, false]);
    expect(output).toContain(`wrote ${out}`);
    expect(output).toMatch(
      /done +20-NN dense [\d.]+ %, gated [\d.]+ %.*; ridge probe dense [\d.]+ %, gated [\d.]+ %/,
    );

    const run = readRun('run.json');
    expect(run).toMatchObject({
      format: 'dualgate-run',
      version: 1,
      config: { width: 4, batch: 8, steps: 2, projector: 8 },
    });
    const stepKeys =
      'step epoch loss invariance variance covariance budgetLoss boundLoss macRatio lr ms'.split(' ');
    expect(run.steps.map(({ step }: { step: number }) => step)).toEqual([1, 2]);
    for (const step of run.steps) {
      for (const key of stepKeys) expect(step[key], key).toSatisfy(Number.isFinite);
    }
    for (const epoch of run.epochs) {
      expect(keys(epoch)).toEqual(expect.arrayContaining(['channelUsage', 'epoch', 'knn20', 'macRatio']));
      expect(keys(epoch.knn20)).toEqual(['dense', 'gated']);
      expect(epoch.channelUsage).toHaveLength(8);
      for (const { block, off, on, dependent } of epoch.channelUsage) {
        const channels = 4 * 2 ** (Number(/^layer(\d)\.\d$/.exec(block)![1]) - 1);
        expect(off + on + dependent).toBe(channels);
      }
    }
    expect(run.epochs).toHaveLength(1);
  });

  it('keeps a run whose folder vanished among the temporary files, and says so', async () => {
    mkdirSync(inFolder('gone'));
    const out = inFolder('gone/run.json');
    const { code, errors } = await train([...IMAGES, ...TINY, '--steps', '1', '--out', out], (said) => {
      if (said.includes('floors')) rmSync(inFolder('gone'), { recursive: true, force: true });
    });
    expect([code, errors]).toEqual([1, expect.stringContaining(`${out} could not be written: ENOENT`)]);
    const [, elsewhere = ''] = /What was made is in (.*run\.json): move it/.exec(errors) ?? [];
    expect(JSON.parse(readFileSync(elsewhere, 'utf8'))).toMatchObject({ steps: [{ step: 1 }] });
    rmSync(dirname(elsewhere), { recursive: true });
  });

  it('writes packed runs with their checkpoint, and goes on with them', async () => {
    const first = inFolder('first.dualgate.json.gz');
    const made = await train([...IMAGES, ...TINY, '--steps', '2', '--checkpoint', '--out', first]);
    expect(made.code).toBe(0);
    const packed: { checkpoint: string; steps: { loss: number }[] } = JSON.parse(
      gunzipSync(readFileSync(first)).toString(),
    );
    expect(packed.checkpoint.length).toBeGreaterThan(1000);
    const out = inFolder('resumed.json');
    const more = ['--resume', first, '--steps', '3', '--engine', 'wasm', '--out', out];
    const resumed = await train([...IMAGES, ...more]);
    expect([resumed.code, resumed.errors.includes('Error')]).toEqual([0, false]);
    const run = readRun('resumed.json');
    expect(run.steps.map(({ step }: { step: number }) => step)).toEqual([1, 2, 3]);
    expect(run.steps.slice(0, 2)).toEqual(packed.steps);
    expect([run.config.width, run.checkpoint]).toEqual([4, null]);
    const stuck = await train([...IMAGES, '--resume', first]);
    expect([stuck.code, stuck.errors]).toEqual([2, expect.stringContaining('made after 2 steps')]);
  });

  it('goes on with the rest of the images that the run began with, without being told again', async () => {
    const pictures = inFolder('pictures');
    mkdirSync(pictures);
    for (let i = 0; i < 24; i++) writeFileSync(join(pictures, `${i}.png`), pngOf(i));
    for (let i = 24; i < 30; i++) writeFileSync(join(pictures, `${i}.png`), 'no picture');
    const begun = inFolder('rest.json');
    const images = ['--data', pictures];
    const refused = await train([...images, ...TINY, '--steps', '1', '--out', begun]);
    expect(refused.errors).toContain('got 24 of 30');
    const rest = ['--use-the-rest', '--steps', '1', '--checkpoint', '--out', begun];
    expect((await train([...images, ...TINY, ...rest])).code).toBe(0);
    expect(readRun('rest.json').source.useTheRest).toBe(true);
    const out = inFolder('more.json');
    const resumed = await train([...images, '--resume', begun, '--steps', '2', '--out', out]);
    expect([resumed.code, readRun('more.json').steps.length]).toEqual([0, 2]);
  });

  it('writes accuracies and ratios as fractions, and MACs that belong together', () => {
    const { final } = readRun('run.json');
    expect(keys(final)).toEqual(['correct', 'imagesPerSecond', 'knn20', 'macs', 'ridge', 'sample']);
    const { gated, dense, rawPixels, untrained } = final.knn20;
    const probes = [final.ridge.gated, final.ridge.dense];
    for (const share of [gated, dense, rawPixels, untrained.gated, untrained.dense, ...probes]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    const { macs } = final;
    expect(macs.gated / macs.dense).toBeCloseTo(macs.ratio, 9);
    expect(macs.reduction).toBeCloseTo(1 - macs.ratio, 9);
    expect(final.imagesPerSecond).toBeGreaterThan(0);
    for (const branch of ['gated', 'dense']) {
      const right = unpackBits(final.correct[branch], 10).reduce((sum, flag) => sum + flag, 0);
      expect(right / 10).toBe(final.knn20[branch]);
    }
  });

  it('writes every parameter and running statistic of both branches as little-endian float32', () => {
    const { weights } = readRun('run.json');
    expect(weights).toMatchObject({ format: 'dualgate-weights', version: 1, architecture: { width: 4 } });
    const network = buildNetwork({
      input: 32,
      width: 4,
      stem: 'cifar',
      stemPadding: 2,
      gated: true,
      bn: 'separate',
      projector: { hidden: 8, output: 8 },
    });
    const names = [...parameterSpecs(network), ...bufferSpecs(network)].map(({ name }) => name);
    expect(keys(weights.tensors)).toEqual(names.toSorted());
    expect(weights.tensors['backbone.layer2.0.conv1.weight'].shape).toEqual([8, 4, 3, 3]);
    for (const [name, tensor] of Object.entries<{ shape: number[]; dtype: string; data: string }>(
      weights.tensors,
    )) {
      const bytes = Buffer.from(tensor.data, 'base64');
      const count = tensor.shape.reduce((product, side) => product * side, 1);
      expect([tensor.dtype, bytes.length], name).toEqual(['float32', 4 * count]);
      const values = Array.from({ length: count }, (_, i) => bytes.readFloatLE(4 * i));
      expect(
        values.filter((value) => !Number.isFinite(value)),
        name,
      ).toEqual([]);
    }
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'stopped by %s writes what there is, evaluates, and exits with %i',
    async (signal, expected) => {
      let interrupted = false;
      const out = inFolder(`${signal}.json`);
      const args = [...IMAGES, ...TINY, '--steps', '100000', '--out', out];
      const { code, output } = await train(args, (said, interrupt) => {
        if (interrupted || !said.includes('epoch 1 (step 3)')) return;
        interrupted = true;
        interrupt(signal);
      });
      expect(code).toBe(expected);
      expect(output).toContain('Stopping: a last evaluation');
      expect(output).toMatch(/stopped +20-NN/);
      const run = readRun(`${signal}.json`);
      expect(run.stoppedEarly).toBe(true);
      expect(output).toContain(`wrote ${out} after ${run.steps.length} steps\n`);
      expect(run.checkpoint.length).toBeGreaterThan(1000);
      expect(run.steps.length).toBeGreaterThanOrEqual(3);
      // The signal is handled at once, not after Node's next thousand messages.
      expect(run.steps.length).toBeLessThan(200);
      expect(run.epochs.at(-1).step).toBe(run.steps.length);
      expect(run.final.knn20.gated).toSatisfy(Number.isFinite);
      expect(keys(run.weights.tensors)).toEqual(keys(readRun('run.json').weights.tensors));
    },
  );

  it('stopped twice writes what there is, with the code of the first signal', async () => {
    const args = [...IMAGES, ...TINY, '--steps', '100000', '--out', inFolder('twice.json')];
    let interrupted = false;
    const { code } = await train(args, (said, interrupt) => {
      if (interrupted || !said.includes('epoch 1 (step 3)')) return;
      interrupted = true;
      interrupt();
      interrupt('SIGTERM');
    });
    const { steps, checkpoint } = readRun('twice.json');
    expect([code, steps.length, checkpoint.length > 1000]).toEqual([130, 3, true]);
  });

  it('writes its file on the way, from which the run goes on as if nothing had happened', async () => {
    const out = inFolder('way.json');
    const options = [...IMAGES, ...TINY, '--steps', '7', '--out', out, '--checkpoint-every', '1e-9'];
    let half: Buffer = Buffer.alloc(0);
    const { code } = await train(options, (said) => {
      if (half.length === 0 && said.includes(`wrote ${out} after`)) half = readFileSync(out);
    });
    expect(code).toBe(0);
    const whole = readRun('way.json');
    expect(whole.checkpoint).toBeNull();
    writeFileSync(out, half);
    const { steps, checkpoint, config } = readRun('way.json');
    expect(steps.length).toBeLessThan(7);
    expect([checkpoint.length > 1000, config.steps]).toEqual([true, 7]);
    const more = ['--resume', out, '--out', out, '--engine', 'wasm'];
    expect((await train([...IMAGES, ...more])).code).toBe(0);
    const resumed = readRun('way.json');
    const losses = (run: typeof whole) => run.steps.map(({ loss }: { loss: number }) => loss);
    expect(losses(resumed)).toEqual(losses(whole));
    expect(resumed.weights.tensors).toEqual(whole.weights.tensors);
  });

  it('answers wrong arguments with its usage and exit code 2', async () => {
    const { code, output, errors } = await train(['--data', '--steps', '3']);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain('--data must be followed by a path');
    expect(errors).toContain('usage: npm run train -- [--data emoji10|PATH…]');
  });

  it('names a file that is not there, and exits with 1', async () => {
    const missing = inFolder('missing.bin');
    const { code, errors } = await train(['--data', missing, ...TINY]);
    expect(code).toBe(1);
    expect(errors).toContain(`${missing}: expected a file or a directory, got nothing there`);
    expect(errors).not.toContain('usage:');
  });

  it('notices before it trains that its file cannot be written, and exits with 1', async () => {
    const out = inFolder('no-such-folder/run.json');
    const { code, output, errors } = await train([...IMAGES, ...TINY, '--steps', '100000', '--out', out]);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain(`--out must be a file that can be written, got ENOENT`);
    expect(errors).toContain(out);
    expect(existsSync(inFolder('no-such-folder'))).toBe(false);
  });

  it.each([
    [
      '--method slimmable --slim-form slimclr --slim-objective contrastive',
      ['dense', 'slim25', 'slim50', 'slim75'],
    ],
    ['--method slimmable --slim-width 0.5 --gradients-every 1', ['dense', 'slim50']],
    ['--method vicreg-gating --exact-budget on --gated-loss mean', ['gated']],
  ])('trains %s', async (options, branches) => {
    const out = inFolder('system.json');
    const { code, output } = await train([
      ...IMAGES,
      ...TINY,
      ...options.split(' '),
      '--steps',
      '2',
      '--out',
      out,
      '--force',
    ]);
    expect(code).toBe(0);
    const { final, gradients, weights } = readRun('system.json');
    const has = (values: Record<string, number | null>) =>
      Object.keys(values)
        .filter((key) => branches.includes(key) && values[key] !== null)
        .toSorted();
    expect(has(final.knn20)).toEqual(branches);
    expect(has(final.knn20.untrained)).toEqual(branches);
    expect(Object.keys(final.correct).toSorted()).toEqual(branches);
    expect(keys(weights.parity.features)).toEqual(branches);
    expect(gradients).toHaveLength(
      options.includes('gradients-every') ? 2 : options.includes('slimclr') ? 1 : 0,
    );
    expect(output).toContain('done ');
  });
});
