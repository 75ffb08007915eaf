import { describe, expect, it } from 'vitest';
import { UsageError } from '../usageError.ts';
import { goldenOrder } from './goldenArguments.ts';

describe('goldenOrder', () => {
  it('checks a directory on wasm', () => {
    expect(goldenOrder(['vectors'])).toEqual({
      directory: 'vectors',
      engines: ['wasm'],
      asFound: false,
      adapter: null,
      json: null,
    });
  });

  it('takes all as what may be here, and options in any place', () => {
    expect(goldenOrder(['--engine', 'all', 'vectors', '--json=out.json'])).toEqual({
      directory: 'vectors',
      engines: ['cpu', 'tfjs-wasm', 'wasm', 'webgpu-chromium', 'webgpu'],
      asFound: true,
      adapter: null,
      json: 'out.json',
    });
    expect(goldenOrder(['--engine', 'webgpu', 'vectors']).engines).toEqual(['webgpu']);
    expect(goldenOrder(['vectors', '--engine', 'tfjs-webgpu']).engines).toEqual(['tfjs-webgpu']);
    expect(goldenOrder('vectors --engine webgpu --adapter H200'.split(' ')).adapter).toBe('H200');
  });

  it.each([
    [[], 'name the directory'],
    [['a', 'b'], 'one directory at a time'],
    [
      ['a', '--engine', 'gpu'],
      '--engine must be one of wasm, tfjs-wasm, cpu, webgpu, webgpu-chromium, tfjs-webgpu, all, got "gpu"',
    ],
    [['a', '--engine', 'toString'], 'got "toString"'],
    [['a', '--engine'], 'engine'],
    [['a', '--adapter', 'H200'], '--adapter belongs to --engine webgpu, got --engine wasm'],
    [['a', '--threads', '2'], 'threads'],
    [['a', '--fast'], 'fast'],
  ])('refuses %j', (args, message) => {
    expect(() => goldenOrder(args)).toThrow(UsageError);
    expect(() => goldenOrder(args)).toThrow(message);
  });
});
