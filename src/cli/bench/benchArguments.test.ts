import { describe, expect, it } from 'vitest';
import { UsageError } from '../usageError.ts';
import { benchCommand } from './benchArguments.ts';

describe('benchCommand', () => {
  it('measures wasm at the default size', () => {
    expect(benchCommand([])).toEqual({
      engines: ['wasm'],
      adapter: null,
      threads: null,
      width: 8,
      batch: 64,
      steps: null,
      stockSteps: null,
      profile: false,
      inference: false,
      kernels: false,
      page: null,
      json: null,
    });
  });

  it('takes all as wasm and cpu, and the two WebGPU engines by their names', () => {
    expect(benchCommand(['--engine', 'all']).engines).toEqual(['wasm', 'cpu']);
    expect(benchCommand(['--engine', 'tfjs-webgpu']).engines).toEqual(['tfjs-webgpu']);
    expect(
      benchCommand(['--engine=webgpu', '--width=16', '--steps=3', '--stock-steps=0', '--profile']),
    ).toMatchObject({ engines: ['webgpu'], width: 16, steps: 3, stockSteps: 0, profile: true });
  });

  it('visits the page three times, and waits ten minutes each time, unless told otherwise', () => {
    expect(benchCommand(['--page'])).toMatchObject({ page: { visits: 3, patienceMs: 600_000 }, json: null });
    expect(benchCommand(['--page', '--visits', '1', '--wait', '20', '--json', 'page.json'])).toMatchObject({
      page: { visits: 1, patienceMs: 20_000 },
      json: 'page.json',
    });
  });

  it.each([
    [
      ['--page', '--engine', 'wasm', '--width', '8'],
      '--page goes with --visits, --wait and --json only, got --engine, --width',
    ],
    [['--page', '--visits', '0'], '--visits must be a whole number from 1 up, got 0'],
    [['--visits', '2'], '--visits and --wait belong to --page, which is not given'],
    [
      ['--engine', 'gpu'],
      '--engine must be one of wasm, tfjs-wasm, cpu, webgpu, webgpu-chromium, tfjs-webgpu, all, got "gpu"',
    ],
    [['--engine', 'toString'], 'got "toString"'],
    [['--width', '6.5'], 'whole number'],
    [['--batch', 'many'], 'NaN'],
    [['--steps', '0'], '--steps must be a whole number from 1 up, got 0'],
    [['--engine', 'webgpu', '--stock-steps', '-1'], 'stock-steps'],
    [['--adapter', 'H200'], '--adapter belongs to --engine webgpu, got --engine wasm'],
    [['--stock-steps', '2'], 'belong to --engine webgpu, got --engine wasm'],
    [['--profile', '--engine', 'cpu'], 'belong to --engine webgpu, got --engine cpu'],
    [['--inference', '--engine', 'all'], '--engine wasm or webgpu, got --engine all'],
    [['--kernels', '--engine', 'cpu'], '--kernels are measured with --engine wasm and without --inference'],
    [['--kernels', '--inference'], 'without --inference, got --engine wasm'],
    [['--threads', '0'], '--threads must be a whole number from 1 up, got 0'],
    [['--threads', '2', '--engine', 'cpu'], '--threads belongs to --engine wasm'],
    [['--threads', '2', '--kernels'], '--threads belongs to --engine wasm without'],
    [['--fast'], 'fast'],
    [['now'], 'now'],
  ])('refuses %j', (args, message) => {
    expect(() => benchCommand(args)).toThrow(UsageError);
    expect(() => benchCommand(args)).toThrow(message);
  });
});
