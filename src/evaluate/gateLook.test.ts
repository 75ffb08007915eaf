import { expect, it } from 'vitest';
import { networkOf } from '../network/fromConfig.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import type { Encoder } from './encoding.ts';
import { lookAtGates } from './gateLook.ts';

const network = networkOf({ ...DEFAULT_CONFIG, width: 4 }, 32);

it('a look at the gates takes the images after those of the look before, round and round', async () => {
  const images = { count: 70, size: 1, pixels: new Uint8Array(3 * 70) };
  const asked: unknown[] = [];
  const engine: Encoder = {
    encode: async (_, from, to, branch) => {
      asked.push([from, to, branch]);
      return {
        features: new Float32Array(0),
        gates: network.blocks.map(({ channels }) => new Uint8Array((to - from) * channels)),
      };
    },
  };
  for (const turn of [0, 1, 2]) {
    const row = await lookAtGates(engine, network, images, { most: 32, turn, step: 10 * turn });
    expect(row).toMatchObject({ step: 10 * turn, images: 32 });
  }
  await lookAtGates(engine, network, images, { most: 100, turn: 3, step: 30 });
  expect(asked).toEqual([
    [0, 32, 'gated'],
    [32, 64, 'gated'],
    [25, 57, 'gated'],
    [0, 70, 'gated'],
  ]);
});
