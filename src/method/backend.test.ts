import { beforeAll, describe, expect, it } from 'vitest';
import { EngineFault } from '../engine.ts';
import { faultBehind, onSoundDevice, useBackend } from './backend.ts';
import { trap } from './trap.fixture.ts';

async function errorOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('errors of a failed device', () => {
  it('are traps of WebAssembly, memory that cannot be had, and buffers that are never mapped', async () => {
    expect(faultBehind(await errorOf(trap))).toBe('The WebAssembly engine broke down: unreachable');
    const tooLarge = await errorOf(() => new ArrayBuffer(2 ** 52));
    expect(faultBehind(tooLarge)).toMatch(/^The engine ran out of memory: /);
    const unmapped = new DOMException('The device is lost.', 'AbortError');
    expect(faultBehind(unmapped)).toBe('The GPU gave no result: The device is lost.');
  });

  it('are not the faults of a program', async () => {
    expect(faultBehind(await errorOf(() => new Float32Array(-1)))).toBeNull();
    expect(faultBehind(await errorOf(() => Reflect.get(null as never, 'x')))).toBeNull();
    expect(faultBehind('a text')).toBeNull();
  });
});

describe('work on a device', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  it('passes its result and errors that are not the device’s', async () => {
    expect(await onSoundDevice(async () => 3)).toBe(3);
    const error = new TypeError('no');
    expect(await errorOf(() => onSoundDevice(() => Promise.reject(error)))).toBe(error);
  });

  it('is refused from the first failure on, until a backend is chosen anew', async () => {
    const first = await errorOf(() => onSoundDevice(trap));
    expect(first).toBeInstanceOf(EngineFault);
    const later = await errorOf(() => onSoundDevice(async () => 3));
    expect(later).toBeInstanceOf(EngineFault);
    expect(String(later)).toBe('EngineFault: The WebAssembly engine broke down: unreachable');
    await useBackend('cpu');
    expect(await onSoundDevice(async () => 3)).toBe(3);
  });
});
