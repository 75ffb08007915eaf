import { expect, it } from 'vitest';
import { useBackend } from '../method/backend.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { checkWeights } from '../network/weightsCheck.ts';
import { noiseData, TINY } from './session.fixture.ts';
import { engineSetup } from './stage.ts';
import { weightsFileOf } from './weightsFile.ts';

it('weights whose features overflow travel without any, and can be read', async () => {
  await useBackend('wasm');
  const { train, test } = noiseData();
  const setup = engineSetup(TINY, train);
  const { network } = setup;
  const engine = new TfjsEngine(setup);
  const sound = await weightsFileOf(engine, network, TINY, test);
  expect(sound.parity?.images.shape).toEqual([10, 12, 12, 3]);
  const { parameters } = setup.initial;
  for (const [name, values] of parameters) if (name.endsWith('bn1_t.weight')) values.fill(1e30);
  await engine.load({ ...setup.initial, parameters });
  const broken = await weightsFileOf(engine, network, TINY, test);
  expect(broken).not.toHaveProperty('parity');
  expect(() => checkWeights(broken)).not.toThrow();
  engine.dispose();
});
