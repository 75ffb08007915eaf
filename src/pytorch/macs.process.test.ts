import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashedImages } from '../method/engine.fixture.ts';
import { branchNetwork, frozenMacs, sliceNetwork, withoutGates } from '../network/slice.ts';
import { slicedWeightsFile } from '../network/slicedWeights.ts';
import { bytesFile } from '../network/weights.ts';
import { weightsToSafetensors } from '../network/weightsTensors.ts';
import { TINY } from '../session/session.fixture.ts';
import { engineSetup } from '../session/stage.ts';
import { weightsOf } from '../session/weightsFile.ts';
import { hasTorch, inFolder, PATIENCE, python, TORCH } from './python.fixture.ts';
import { SOURCES } from './sources.ts';

describe.skipIf(!hasTorch)(`the multiply-adds that the exported Python prints (${TORCH})`, () => {
  it(
    'are those of the network that is there: of a slice the channels that stayed, with its gates or without',
    async () => {
      const { network, initial } = engineSetup({ ...TINY, minBottleneck: 3 }, hashedImages(8, 12));
      const whole = weightsOf(initial, network, TINY, 'cifar10');
      const gated = branchNetwork(network, initial, 'gated');
      const kept = network.blocks.map(({ channels, name }) =>
        name === 'layer4.1' ? [] : Array.from({ length: channels }, (_, c) => c).filter((c) => c % 3 !== 1),
      );
      const cut = sliceNetwork(gated, kept);
      const frozen = sliceNetwork(withoutGates(gated), kept);
      const parity = { images: bytesFile([0, 12, 12, 3], new Uint8Array(0)), features: {} };
      const architecture = { ...whole.architecture, minBottleneck: 3 };
      const files = {
        whole: [{ ...whole, architecture }, network.denseMacs],
        cut: [slicedWeightsFile(cut, architecture, parity), frozenMacs(cut)],
        frozen: [slicedWeightsFile(frozen, architecture, parity), frozenMacs(frozen)],
      } as const;
      await inFolder((folder) => {
        writeFileSync(join(folder, 'dualgate_model.py'), SOURCES['dualgate_model.py']);
        for (const [name, [file]] of Object.entries(files))
          writeFileSync(join(folder, `${name}.safetensors`), weightsToSafetensors(file));
        const names = Object.keys(files).map((name) => `${name}.safetensors`);
        const { text } = python(['dualgate_model.py', ...names], folder);
        for (const [name, [, macs]] of Object.entries(files))
          expect(text).toMatch(
            new RegExp(`^${name}\\.safetensors: .* ${macs.toLocaleString('en')} mult`, 'm'),
          );
      });
      const [dense, ...slices] = Object.values(files).map(([, macs]) => macs);
      for (const macs of slices) expect(macs).toBeLessThan(dense!);
    },
    PATIENCE,
  );
});
