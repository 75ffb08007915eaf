import { describe, expect, it } from 'vitest';
import { UsageError } from '../usageError.ts';
import { benchCommand } from './benchArguments.ts';

describe('benchCommand', () => {
  it('measures wasm at the default size', () => {
    expect(benchCommand([])).toEqual({
      engines: ['wasm'],
      width: 8,
      batch: 64,
      steps: null,
      stockSteps: null,
      profile: false,
      inference: false,
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

  it.each([
    [['--engine', 'gpu'], '--engine must be one of wasm, cpu, webgpu, tfjs-webgpu, all, got "gpu"'],
    [['--engine', 'toString'], 'got "toString"'],
    [['--width', '6'], 'multiple of 4'],
    [['--batch', 'many'], 'NaN'],
    [['--steps', '0'], '--steps must be a whole number from 1 up, got 0'],
    [['--engine', 'webgpu', '--stock-steps', '-1'], 'stock-steps'],
    [['--stock-steps', '2'], 'belong to --engine webgpu, got --engine wasm'],
    [['--profile', '--engine', 'cpu'], 'belong to --engine webgpu, got --engine cpu'],
    [['--inference', '--engine', 'all'], '--engine wasm or webgpu, got --engine all'],
    [['--fast'], 'fast'],
    [['now'], 'now'],
  ])('refuses %j', (args, message) => {
    expect(() => benchCommand(args)).toThrow(UsageError);
    expect(() => benchCommand(args)).toThrow(message);
  });
});
