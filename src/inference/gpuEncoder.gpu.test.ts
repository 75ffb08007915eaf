import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineSetup } from '../engine.ts';
import { useBackend } from '../method/backend.ts';
import { hashedImages, tinySetup } from '../method/engine.fixture.ts';
import { deviation, noise } from '../method/numbers.fixture.ts';
import { slimSetup } from '../method/slimmable.fixture.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { openGpuEncoder } from './gpuEncoder.ts';

/** Fewer than the images, and no divisor of their number. */
const CHUNK = 3;

/** A setup whose BatchNorms are no longer those of an untrained network. */
function touched(setup: EngineSetup): EngineSetup {
  const moved = (tensors: ReadonlyMap<string, Float32Array>) =>
    new Map(
      [...tensors].map(([name, values], i) => [
        name,
        values.map((v, c) => v + (/bn|running|downsample\.1/.test(name) ? 0.3 * noise(i, [c + 1])[c]! : 0)),
      ]),
    );
  const { parameters, buffers, momenta } = setup.initial;
  return { ...setup, initial: { parameters: moved(parameters), buffers: moved(buffers), momenta } };
}

beforeAll(() => useBackend('cpu'));

describe('trained weights on a GPU', () => {
  it.each([
    ['gated and dense', touched(tinySetup())],
    ['widths of whole quads and of others', touched(slimSetup({ slimForm: 'slimclr' }))],
  ])('give the reference’s features and gates: %s', async (_, setup) => {
    const images = hashedImages(7, setup.network.spec.input);
    const reference = new TfjsEngine(setup);
    const encoder = await openGpuEncoder(setup, CHUNK);
    for (const branch of setup.system.branches) {
      for (const [from, to, gateShift] of [
        [0, 7, 0],
        [5, 6, -0.125],
        [0, 7, 0.125],
        [0, 7, 0],
      ] as const) {
        const expected = await reference.encode(images, from, to, branch, gateShift);
        const got = await encoder.encode(images, from, to, branch, gateShift);
        expect(deviation(got.features, expected.features), branch).toBeLessThan(1e-5);
        expect(got.gates, branch).toEqual(expected.gates);
      }
    }
    encoder.dispose();
    await expect(encoder.encode(images, 0, 1, setup.system.branches[0]!)).rejects.toThrow();
  });
});
