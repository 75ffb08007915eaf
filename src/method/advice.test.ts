import { beforeAll, describe, expect } from 'vitest';
import { type AdviceRow, testAdvice } from '../advice.fixture.ts';
import { EngineFault } from '../engine.ts';
import { failureNews } from '../session/failure.ts';
import { onSoundDevice, useBackend } from './backend.ts';
import { trap } from './trap.fixture.ts';

// What each text about a device that fails advises, done. A session adds the advice.

/** Work whose fault is told as a session tells it. */
const told = (work: () => Promise<unknown>) => async () => {
  const fault: unknown = await work().then(
    () => null,
    (reason: unknown) => reason,
  );
  if (fault === null) return;
  expect(fault).toBeInstanceOf(EngineFault);
  const { message, advice } = failureNews(fault);
  throw new Error(`${message} ${advice}`);
};

const working = told(() => onSoundDevice(async () => 3));
const onAnother = async () => {
  await useBackend('cpu');
  await working();
};
const ADVICE =
  /broke down: unreachable Start again with another engine \(WASM runs in every browser\), or with a smaller batch or width\.$/;

const DEVICES: readonly AdviceRow[] = [
  ['WebAssembly that breaks down', told(() => onSoundDevice(trap)), ADVICE, onAnother],
  [
    'WebAssembly that broke down before',
    async () => {
      await told(() => onSoundDevice(trap))().catch(() => {});
      await working();
    },
    ADVICE,
    onAnother,
  ],
  [
    'WebGPU where there is none',
    told(() => useBackend('webgpu')),
    /gave no adapter; use the WASM engine/,
    async () => {
      await useBackend('wasm');
      await working();
    },
  ],
];

describe('the advice of texts about devices', () => {
  beforeAll(() => useBackend('cpu'));
  testAdvice(DEVICES);
});
