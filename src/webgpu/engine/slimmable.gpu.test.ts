import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineSetup } from '../../engine.ts';
import { useBackend } from '../../method/backend.ts';
import { slimSetup } from '../../method/slimmable.fixture.ts';
import { TfjsEngine } from '../../method/tfjsEngine.ts';
import { drawnStep, expectFeatures, stepTogether } from '../../plan/reference.fixture.ts';
import { expectSteps, newDevice, openTiny } from './engine.fixture.ts';
import { inParts } from './pacing.ts';

// The compiled step runs narrow widths with the full filters, and their BatchNorms are 0 beyond their
// channels. The reference engine cuts the filters.

let device: GPUDevice;
beforeAll(async () => {
  await useBackend('cpu');
  device = await newDevice();
});

const CASES: readonly (readonly [string, EngineSetup, number])[] = [
  ['the full width and a half', slimSetup({ slimForm: 'dual', slimWidth: 0.5 }), 0],
  ['a width of whole quads nowhere', slimSetup({ slimForm: 'dual', slimWidth: 0.55 }), 0],
];

const CLR = { slimForm: 'slimclr', slowStart: false, reweighting: true } as const;

describe('SlimCLR', () => {
  it('of VICReg and distilled embeddings takes the reference’s steps, with widths left out and in', async () => {
    const setup = slimSetup({ ...CLR, distillation: true }, { projector: { hidden: 14, output: 9 } });
    const weights = setup.system.terms.map(({ weight }) => weight);
    const reference = new TfjsEngine(setup);
    const compiled = await openTiny(setup, device, { pace: inParts(1) });
    await stepTogether(setup, reference, [compiled], drawnStep(0));
    // Only the distillation of the narrowest width counts, and nothing of the second. Draw 1 would not do: a
    // ReLU behind the stem's two narrowest channels is at its threshold there, and rounding switches it.
    const termWeights = weights.map((weight, term) => ([1, 2, 5].includes(term) ? 0 : 1.5 * weight));
    await stepTogether(setup, reference, [compiled], { ...drawnStep(3), termWeights });
    await expectFeatures(setup, reference, [compiled]);
    const before = await compiled.state();
    const only = { ...drawnStep(2), termWeights: [0, 0, 0, 2, 0, 0, 0] };
    const [got, expected] = [await compiled.gradients(only), await reference.gradients(only)];
    for (const [name, values] of expected) {
      const off = values.map((value, i) => value - got.get(name)![i]!);
      expect(Math.hypot(...off), name).toBeLessThan(2e-3 * Math.hypot(...values) + 1e-4);
    }
    expect(await compiled.state()).toEqual(before);
    const { buffersCreated, submits } = compiled.counts();
    await compiled.step({ ...drawnStep(1), termWeights });
    expect(compiled.counts()).toMatchObject({ buffersCreated, submits: submits + 1 });
    compiled.dispose();
  });

  it('of contrastive terms is refused', async () => {
    const setup = slimSetup({ ...CLR, slimObjective: 'contrastive' });
    await expect(openTiny(setup, device)).rejects.toThrow('choose the WASM engine');
  });
});

describe('three steps, each from the reference engine’s state, equal its own', () => {
  it.each(CASES)('%s', (_, setup, first) => expectSteps(setup, device, first));
});
