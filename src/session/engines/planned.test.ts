import { expect, it } from 'vitest';
import { CpuEngine } from '../../wasm/engine.ts';
import { nodePlaces } from '../../wasm/threads/nodePlaces.ts';
import { machineHere } from '../../wasm/threads/places.ts';
import { selfTestOf } from './planned.ts';

it.each(['cifar', 'imagenet'] as const)('WASM passes the self-test with the stem of %s', async (stem) => {
  const places = nodePlaces();
  const machine = machineHere(places);
  const { worstError } = await selfTestOf('wasm', stem, (setup, options) =>
    CpuEngine.open(setup, { ...options, machine, places }),
  );
  expect(worstError).toBeLessThan(1e-4);
});
