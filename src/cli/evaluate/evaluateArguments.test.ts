import { describe, expect, it } from 'vitest';
import { UsageError } from '../usageError.ts';
import { evaluateOrder } from './evaluateArguments.ts';

describe('evaluateOrder', () => {
  it('with a file alone measures all there is on Emoji-10', () => {
    expect(evaluateOrder(['run.json'])).toEqual({
      file: 'run.json',
      data: [],
      test: [],
      testSet: 'unseen-style',
      limit: null,
      images: null,
      side: null,
      order: {
        kind: 'measures',
        knn: [
          { k: 1, distance: 'euclidean' },
          { k: 20, distance: 'cosine' },
          { k: 20, distance: 'whitened' },
        ],
        ridge: true,
        linear: true,
        matryoshka: true,
        spread: true,
        floors: true,
      },
      out: null,
      save: null,
      force: false,
      layout: null,
      useTheRest: false,
      engine: 'auto',
      adapter: null,
      threads: null,
    });
  });

  it('takes the measures that are listed, and no others', () => {
    const args =
      'run.json --data a.bin b.bin --test t.bin --limit 9 --measures knn200,knn1-euclidean,knn5-whitened,ridge --out e.json';
    expect(evaluateOrder(args.split(' '))).toMatchObject({
      ...{ file: 'run.json', data: ['a.bin', 'b.bin'], test: ['t.bin'], limit: 9, out: 'e.json' },
      order: {
        knn: [
          { k: 200, distance: 'cosine' },
          { k: 1, distance: 'euclidean' },
          { k: 5, distance: 'whitened' },
        ],
        ...{ ridge: true, linear: false, matryoshka: false, spread: false, floors: false },
      },
    });
  });

  it('takes masks, pruning with and without recalibration, or a slice', () => {
    const order = (args: string) => evaluateOrder(['run.json', ...args.split(' ')]).order;
    expect(order('--mask shuffled,l1 --ratio .5')).toEqual({
      kind: 'masks',
      masks: ['shuffled', 'l1', 'l1-recalibrated'],
      ratio: 0.5,
    });
    expect(order('--mask all')).toMatchObject({ masks: { length: 7 }, ratio: 0.3 });
    expect(order('--slice never-open --out light.json')).toEqual({ kind: 'slice', form: 'never-open' });
    expect(order('--slice frozen --budget .2 --out light.json')).toMatchObject({ budget: 0.2 });
  });

  it('takes timing, at a budget too', () => {
    const order = (args: string) => evaluateOrder(['run.json', ...args.split(' ')]).order;
    expect(order('--speed')).toEqual({ kind: 'inference', engine: 'wasm' });
    expect(order('--speed --budget .2')).toEqual({ kind: 'inference', engine: 'wasm', budget: 0.2 });
  });

  it('takes budgets in any order, and a file for the run with their table', () => {
    expect(
      evaluateOrder('run.json --budgets .3,.1,1 --save dial.json --engine cpu'.split(' ')),
    ).toMatchObject({
      order: { kind: 'dial', budgets: [0.3, 0.1, 1], sample: null, shuffle: null, map: null },
      ...{ save: 'dial.json', out: null, engine: 'cpu' },
    });
  });

  it('takes an engine and a GPU for measures', () => {
    expect(evaluateOrder('run.json --engine webgpu --adapter H200'.split(' '))).toMatchObject({
      ...{ engine: 'webgpu', adapter: 'H200' },
    });
    expect(evaluateOrder('run.json --engine wasm --mask all'.split(' ')).engine).toBe('wasm');
  });

  it.each([
    [['a.json', '--engine', 'webgpu', '--mask', 'all'], /computed on wasm, got --engine webgpu/],
    [['a.json', '--adapter', 'H200'], /--adapter belongs to --engine webgpu/],
    [['a.json', '--mask', 'real'], /--mask must list .* got "real"/],
    [['a.json', '--mask', 'l1', '--ratio', '0'], /--ratio must be a share/],
    [['a.json', '--ratio', '.2'], /belongs to --mask/],
    [['a.json', '--mask', 'l1', '--measures', 'ridge'], /one thing, got --measures and --mask/],
    [['a.json', '--slice', 'thin', '--out', 'x'], /--slice must be dense or gated or frozen or never-open/],
    [['a.json', '--slice', 'frozen'], /needs --out/],
    [['a.json', '--budgets', '.3,,1'], /--budgets must list shares .* got ".3,,1"/],
    [['a.json', '--budgets', '0,.5'], /got "0,.5"/],
    [['a.json', '--budgets', '.5', '--mask', 'all'], /one thing, got --mask and --budgets/],
    [['a.json', '--budget', '.2'], /--budget belongs to --slice/],
    [['a.json', '--speed', '--mask', 'all'], /one thing, got --mask and --speed/],
    [['a.json', '--speed', '--engine', 'cpu'], /computed on wasm, got --engine cpu/],
    [['a.json', '--slice', 'gated', '--budget', '2', '--out', 'b'], /share of the dense MACs.* got 2/],
    [['a.json', '--save', 'b.json'], /--save belongs to --budgets/],
    [['a.json', '--budgets', '1', '--save', 'b', '--out', 'b'], /must be different files, got b/],
    [[], /name one run or weights file, got none/],
    [['a.json', 'b.json'], /got a.json, b.json/],
    [['a.json', '--measures', 'knn0'], /got "knn0"/],
    [['a.json', '--measures', 'floors,spread'], /floors beside what .* got "floors,spread"/],
    [['a.json', '--measures', 'knn5-white'], /got "knn5-white"/],
    [['a.json', '--measures', 'ridge,'], /got ""/],
    [['a.json', '--limit', '0'], /--limit must be a whole number/],
    [['a.json', '--nonsense'], /nonsense/],
  ])('refuses %j', (args, reason) => {
    expect(() => evaluateOrder(args)).toThrow(UsageError);
    expect(() => evaluateOrder(args)).toThrow(reason);
  });
});
