import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../config.ts';
import { useBackend } from '../method/backend.ts';
import { hashedImages } from '../method/engine.fixture.ts';
import { FrozenEncoder } from '../method/frozenEncoder.ts';
import { branchNetwork, sliceNetwork, withoutGates } from '../network/slice.ts';
import { slicedWeightsFile } from '../network/slicedWeights.ts';
import { bytesFile, tensorFile, tensorValues, type WeightsFile } from '../network/weights.ts';
import { weightsToSafetensors } from '../network/weightsTensors.ts';
import { TINY } from '../session/session.fixture.ts';
import { engineSetup } from '../session/stage.ts';
import {
  hasTorch,
  inFolder,
  livelyState,
  PATIENCE,
  python,
  TORCH,
  weightsWithParity,
} from './python.fixture.ts';
import { SOURCES } from './sources.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

function setupOf(config: RunConfig, side: number) {
  const setup = engineSetup(config, hashedImages(16, side));
  return { ...setup, initial: livelyState(setup) };
}

/**
 * The check's output for each file, by name. One process checks all, because loading PyTorch takes longest.
 */
async function verdicts(files: Readonly<Record<string, WeightsFile>>) {
  const names = Object.keys(files);
  return inFolder((folder) => {
    writeFileSync(join(folder, 'dualgate_model.py'), SOURCES['dualgate_model.py']);
    for (const name of names)
      writeFileSync(join(folder, `${name}.safetensors`), weightsToSafetensors(files[name]!));
    const { code, text } = python(
      ['dualgate_model.py', ...names.map((name) => `${name}.safetensors`)],
      folder,
    );
    const starts = names.map((name) => text.indexOf(`${name}.safetensors`));
    expect(starts, text).toEqual(starts.toSorted((a, b) => a - b));
    return {
      code,
      said: Object.fromEntries(names.map((name, i) => [name, text.slice(starts[i], starts[i + 1])])),
    };
  });
}

const WHOLE: readonly (readonly [string, Partial<RunConfig>, number])[] = [
  ['separate', { width: 8 }, 14],
  ['shared', { separateBn: false, minBottleneck: 3 }, 13],
  ['imagenet', { stem: 'imagenet', stemPadding: 2 }, 48],
  ['dense', { system: 'vicreg' }, 12],
  ['narrow', { system: 'vicreg', width: 3 }, 12],
  ['odd', { width: 5 }, 12],
  ['slimclr', { system: 'slimmable', slimForm: 'slimclr', width: 8 }, 12],
];
const FORMS = ['never-open', 'frozen'] as const;

/** Every third channel is cut, and in the last block all are. */
async function slice(form: (typeof FORMS)[number]): Promise<WeightsFile> {
  const setup = setupOf({ ...TINY, width: 8 }, 12);
  const whole = branchNetwork(setup.network, setup.initial, 'gated');
  const kept = setup.network.blocks.map(({ channels, name }) =>
    name === 'layer4.1' ? [] : Array.from({ length: channels }, (_, c) => c).filter((c) => c % 3 !== 1),
  );
  const sliced = sliceNetwork(form === 'frozen' ? withoutGates(whole) : whole, kept);
  const { architecture } = await weightsWithParity(setup, TINY);
  const encoder = new FrozenEncoder(sliced, { mean: architecture.mean, std: architecture.std });
  const { features } = await encoder.encode(setup.images, 0, 16, {});
  encoder.dispose();
  return slicedWeightsFile(sliced, architecture, {
    images: bytesFile([16, 12, 12, 3], setup.images.pixels),
    features: { [form === 'frozen' ? 'dense' : 'gated']: tensorFile([16, 64], features) },
  });
}

/** The gated branch of a network with its gates shifted, held to what is computed with that shift. */
async function shiftedWeights(gateShift = -0.25): Promise<WeightsFile> {
  const setup = setupOf({ ...TINY, width: 8 }, 12);
  const { architecture } = await weightsWithParity(setup, TINY);
  const gated = { ...branchNetwork(setup.network, setup.initial, 'gated'), gateShift };
  const encoder = new FrozenEncoder(gated, architecture);
  const { features, gates } = await encoder.encode(setup.images, 0, 16);
  const plain = await encoder.encode(setup.images, 0, 16, { gateShift: 0 });
  encoder.dispose();
  expect(gates).not.toEqual(plain.gates);
  return slicedWeightsFile(
    gated,
    { ...architecture, width: 8 },
    {
      images: bytesFile([16, 12, 12, 3], setup.images.pixels),
      features: { gated: tensorFile([16, 64], features) },
      gates: Object.fromEntries(
        gates.map((block, l) => {
          const { name, channels } = setup.network.blocks[l]!;
          return [name, bytesFile([16, channels], block)];
        }),
      ),
    },
  );
}

/** Holds both forms of a file to what was computed at each budget, and goes back to the gates as trained. */
const BUDGETS = `
import torch
from dualgate_model import BLOCKS, load, parity, read_weights

for name in ("all.safetensors", "all.json"):
    model, file = load(name)
    for place, budget in enumerate((0.2, 0.6)):
        model.set_budget(budget)
        wanted = read_weights(f"{place}.safetensors").parity
        with torch.no_grad():
            features, gates = model.gated(file.normalise(wanted["parity.images"]))
        expected = wanted["parity.features.gated"]
        assert float((features - expected).abs().max() / expected.abs().max()) <= 1e-5
        for block, gate in zip(BLOCKS, gates):
            assert torch.equal(gate.bool(), wanted[f"parity.gates.{block}"].bool()), block
    model.set_budget(None)
    assert parity(model, file)
    try:
        model.set_budget(0.3)
        raise SystemExit("a budget was taken that was not calibrated")
    except ValueError as fault:
        print(fault)
`;

describe.skipIf(!hasTorch)(`networks that were exported (${TORCH})`, () => {
  it(
    'give the features and the gates: BatchNorms apart and shared, both stems, no gates, four widths, slices',
    async () => {
      const files: Record<string, WeightsFile> = {};
      for (const [name, change, side] of WHOLE) {
        const config = { ...TINY, ...change };
        files[name] = await weightsWithParity(setupOf(config, side), config);
      }
      for (const form of FORMS) files[form] = await slice(form);
      files.shifted = await shiftedWeights();
      const { code, said } = await verdicts(files);
      expect(code, JSON.stringify(said)).toBe(0);
      for (const [name, { architecture, parity }] of Object.entries(files)) {
        expect(said[name]).toContain('The network gives what');
        for (const branch of architecture.branches)
          expect(said[name]).toMatch(new RegExp(`^${branch} +16 images`, 'm'));
        expect(said[name]!.includes('gates ')).toBe(parity!.gates !== undefined);
      }
      const gated = Object.keys(files).filter((name) => files[name]!.parity!.gates);
      expect(gated).toEqual(['separate', 'shared', 'imagenet', 'odd', 'shifted']);
    },
    PATIENCE,
  );

  it(
    'are at a budget what is computed here at its shift, and refuse budgets that were not calibrated',
    async () => {
      const config = { ...TINY, width: 8 };
      const shifts = [-0.25, 0.25];
      const budgets = shifts.map((shift, i) => ({
        ...{ budget: i === 0 ? 0.2 : 0.6, shift, calibrated: 0.5, macRatio: 0.5 },
      }));
      const weights = { ...(await weightsWithParity(setupOf(config, 12), config)), budgets };
      const at = await Promise.all(shifts.map(shiftedWeights));
      const { code, text } = await inFolder((folder) => {
        writeFileSync(join(folder, 'dualgate_model.py'), SOURCES['dualgate_model.py']);
        writeFileSync(join(folder, 'all.safetensors'), weightsToSafetensors(weights));
        writeFileSync(join(folder, 'all.json'), JSON.stringify(weights));
        at.forEach((file, i) => {
          writeFileSync(join(folder, `${i}.safetensors`), weightsToSafetensors(file));
        });
        writeFileSync(join(folder, 'budgets.py'), BUDGETS);
        return python(['budgets.py'], folder);
      });
      expect(code, text).toBe(0);
      expect(text).toContain('calibrated (0.2, 0.6), got 0.3');
      expect(text).toContain('--budgets 0.3 --save');
    },
    PATIENCE,
  );

  it(
    'are refused where a weight or a gate was changed, is missing or not finite',
    async () => {
      const good = await weightsWithParity(setupOf(TINY, 12), TINY);
      const name = 'backbone.layer2.0.conv1.weight';
      const values = tensorValues(good.tensors[name]!);
      values[5]! += 0.2;
      const { 'backbone.conv1.weight': _, ...others } = good.tensors;
      const hollow = tensorFile([4], new Float32Array(4).fill(Number.NaN));
      const flipped = bytesFile([16, 16], new Uint8Array(256));
      const { code, said } = await verdicts({
        changed: {
          ...good,
          tensors: { ...good.tensors, [name]: tensorFile(good.tensors[name]!.shape, values) },
        },
        flipped: {
          ...good,
          parity: { ...good.parity!, gates: { ...good.parity!.gates, 'layer3.0': flipped } },
        },
        missing: { ...good, tensors: others },
        hollow: { ...good, tensors: { ...good.tensors, 'backbone.bn1.bias': hollow } },
        good,
      });
      expect(code).toBe(1);
      expect(said.changed).toContain('does NOT give');
      expect(said.flipped).toMatch(/gates .*DIFFERENT[\s\S]*does NOT give/);
      expect(said.missing).toContain('could not be loaded');
      expect(said.missing).toContain('backbone.conv1.weight');
      expect(said.hollow).toContain('does NOT give');
      expect(said.good).toContain('The network gives what');
    },
    PATIENCE,
  );
});
