import { describe, expect, it } from 'vitest';
import { presetFor } from '../../presets.ts';
import { UsageError } from '../usageError.ts';
import { trainOrder } from './trainArguments.ts';

describe('trainOrder', () => {
  it('without arguments trains the Emoji preset on all of Emoji-10, for its own number of steps', () => {
    const order = {
      data: [],
      test: [],
      testSet: 'unseen-style',
      limit: null,
      images: null,
      side: null,
      engine: 'auto',
      adapter: null,
      threads: null,
      config: presetFor('emoji10').config,
      epochs: null,
      weights: null,
      out: null,
      force: false,
      layout: null,
      useTheRest: false,
      checkpointEvery: 10,
      keepsCheckpoint: false,
      resume: null,
    };
    expect(trainOrder([])).toEqual(order);
    expect(trainOrder(['--data', 'emoji10'])).toEqual(order);
  });

  it('takes the preset of photos for files', () => {
    expect(presetFor('cifar10').config).not.toEqual(presetFor('emoji10').config);
    expect(trainOrder(['--data', 'a.bin'])).toMatchObject({
      data: ['a.bin'],
      test: [],
      config: presetFor('cifar10').config,
    });
  });

  it('gives every path up to the next flag to the path option before it', () => {
    const order = trainOrder(['--data', 'a.bin', 'b.bin', '--test', 't.bin', '--data=c.bin', '--seed', '7']);
    expect(order.data).toEqual(['a.bin', 'b.bin', 'c.bin']);
    expect(order.test).toEqual(['t.bin']);
    expect(order.config.seed).toBe(7);
  });

  it('puts each option in its place and leaves the others at the preset', () => {
    const args =
      '--method vicreg-gating --budget .45 --width 12 --batch 16 --steps 9 --seed 0 --learning-rate 5e-2 ' +
      '--engine cpu --limit 100 --weights w.safetensors --out run.json --shared-bn --test-set same-styles';
    expect(trainOrder(args.split(' '))).toEqual({
      data: [],
      test: [],
      testSet: 'same-styles',
      limit: 100,
      images: null,
      side: null,
      engine: 'cpu',
      adapter: null,
      threads: null,
      config: {
        ...presetFor('emoji10').config,
        system: 'vicreg-gating',
        budget: 0.45,
        width: 12,
        batch: 16,
        steps: 9,
        seed: 0,
        learningRate: 0.05,
        separateBn: false,
      },
      epochs: null,
      weights: 'w.safetensors',
      out: 'run.json',
      force: false,
      layout: null,
      useTheRest: false,
      checkpointEvery: 10,
      keepsCheckpoint: false,
      resume: null,
    });
  });

  it('trains by LARS or by plain SGD', () => {
    expect(trainOrder([]).config.optimizer).toBe(presetFor('emoji10').config.optimizer);
    expect(trainOrder(['--optimizer', 'sgd']).config.optimizer).toBe('sgd');
    expect(trainOrder(['--optimizer', 'lars']).config.optimizer).toBe('lars');
    expect(() => trainOrder(['--optimizer', 'adam'])).toThrow(
      '--optimizer must be one of lars, sgd, got "adam"',
    );
  });

  it('goes on with a run of a file, whose settings stay as they are', () => {
    const order = trainOrder(
      '--resume a.json --steps 9 --engine cpu --checkpoint --out b.json.gz'.split(' '),
    );
    expect(order).toMatchObject({
      resume: { path: 'a.json', steps: 9 },
      keepsCheckpoint: true,
      engine: 'cpu',
      adapter: null,
      threads: null,
    });
    expect(trainOrder(['--threads', '3']).threads).toBe(3);
    expect(trainOrder(['--resume', 'a.json']).resume).toEqual({ path: 'a.json', steps: null });
    for (const flag of ['--width 8', '--epochs 2', '--method vicreg', '--shared-bn', '--optimizer sgd']) {
      expect(() => trainOrder(['--resume', 'a.json', ...flag.split(' ')])).toThrow('only --steps may change');
    }
    expect(() => trainOrder('--resume a.json --weights b.json'.split(' '))).toThrow('not both');
  });

  it('has separate BatchNorms unless they are to be shared', () => {
    expect(trainOrder([]).config.separateBn).toBe(true);
    expect(trainOrder(['--shared-bn']).config.separateBn).toBe(false);
  });

  it('counts epochs apart from steps', () => {
    expect(trainOrder(['--epochs', '3'])).toMatchObject({
      epochs: 3,
      config: { steps: presetFor('emoji10').config.steps },
    });
  });

  it.each([
    ['--data', '--data must be followed by a path'],
    ['--data --steps 3', '--data must be followed by a path'],
    ['--data a.bin --test', '--test must be followed by a path'],
    ['--data a.bin --data --test t.bin', '--data must be followed by a path'],
    ['--data=', 'must name a path'],
    ['--data a.bin --test=', 'must name a path'],
    ['--test t.bin', '--test goes with --data PATH'],
    ['--test-set other', '--test-set must be one of unseen-style, same-styles, got "other"'],
    [
      '--method simclr',
      '--method must be one of dual-gating, vicreg-gating, vicreg, slimmable, got "simclr"',
    ],
    ['--method toString', 'got "toString"'],
    ['--engine gpu', '--engine must be one of auto, wasm, cpu, webgpu, got "gpu"'],
    ['--engine cpu --threads 2', '--threads belongs to --engine wasm, got --engine cpu'],
    ['--adapter NVIDIA', '--adapter belongs to --engine webgpu, got --engine auto'],
    ['--engine', '--engine'],
    ['--out', '--out'],
    ['--out --steps 3', '--out'],
    ['--checkpoint-every 0', '--checkpoint-every must be a number of minutes above 0, got 0'],
    ['--budget 0.01', 'Budget t_d must be from 0.05 to 1'],
    ['--budget 1.5', 'Budget t_d must be from 0.05 to 1'],
    ['--budget -0.3', '--budget'],
    ['--budget=-0.3', 'got -0.3'],
    ['--budget third', '--budget must be a number, got "third"'],
    ['--budget=', '--budget must be a number, got ""'],
    ['--budget NaN', '--budget must be a number, got "NaN"'],
    ['--budget Infinity', '--budget must be a number, got "Infinity"'],
    ['--width 6.5', 'Width c0 must be a whole number'],
    ['--width 68', 'Width c0 must be from 2 to 64'],
    ['--batch 8.5', 'Batch must be a whole number from 4 to 512'],
    ['--batch 2', 'Batch must be from 4 to 512'],
    ['--seed -1', '--seed'],
    ['--seed 0.5', 'Seed must be a whole number'],
    ['--steps 0', 'Steps must be from 1'],
    ['--steps 3x', '--steps must be a number, got "3x"'],
    ['--epochs 0', '--epochs must be a whole number from 1 up, got 0'],
    ['--epochs 1.5', '--epochs must be a whole number from 1 up, got 1.5'],
    ['--epochs 2 --steps 100', 'give --epochs or --steps, not both'],
    ['--limit 0', '--limit must be a whole number from 1 up, got 0'],
    ['--limit all', '--limit must be a number, got "all"'],
    ['--shared-bn=yes', '--shared-bn'],
    ['--fast', '--fast'],
    ['photos.bin', 'photos.bin'],
    ['--seed 1 photos.bin', 'photos.bin'],
  ])('refuses %s', (line, message) => {
    const args = line.split(' ');
    expect(() => trainOrder(args)).toThrow(UsageError);
    expect(() => trainOrder(args)).toThrow(message);
  });
});
