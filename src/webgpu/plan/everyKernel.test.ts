import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../config.ts';
import { RECIPES } from '../../data/images/recipe.ts';
import { hashedImages, tinySetup } from '../../method/engine.fixture.ts';
import { branchNetwork } from '../../network/slice.ts';
import { planInference } from '../../plan/inferencePlan.ts';
import { Memory } from '../../plan/memory.ts';
import type { StepInputs } from '../../plan/stepPlan.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { engineSetup } from '../../session/stage.ts';
import { untuned } from '../kernels/convolution/tuning.ts';
import type { Dispatch, Kernel } from '../kernels/kernel.ts';
import { nagaRefusal } from '../kernels/naga.fixture.ts';
import { GpuInferenceOperations } from './gpuInferenceOperations.ts';
import { planOnGpu } from './gpuPlan.ts';

// A dispatch is refused unless its wrapper gives every field of the kernel's uniform, and no other
// (webgpu/kernels/shape.ts). So all that it takes to hold wrappers and shaders together is that each is
// planned here.

const ADAPTERS = ['software', 'hardware'] as const;
const TINY: Partial<RunConfig> = { width: 4, batch: 3, projector: 8 };

function planned(change: Partial<RunConfig>, side: number, inputs: StepInputs): Dispatch[] {
  const config = { ...DEFAULT_CONFIG, ...TINY, ...change };
  const setup = engineSetup(config, hashedImages(config.batch, side));
  return ADAPTERS.flatMap((adapter) => {
    const options = { batch: config.batch, tuning: untuned(adapter), inputs };
    const { plan, evaluations } = planOnGpu(setup, new Memory(), options);
    return [plan, ...evaluations].flatMap(({ operations }) => operations.dispatches);
  });
}

function plannedInference(side: number, stem: 'cifar' | 'imagenet'): Dispatch[] {
  const { network, initial } = tinySetup({}, { input: side, stem });
  return ADAPTERS.flatMap((adapter) =>
    (['gated', 'dense'] as const).flatMap((branch) => {
      const frozen = branchNetwork(network, initial, branch);
      const record = () => new GpuInferenceOperations(untuned(adapter));
      const settings = { images: 2, skipClosed: true, normalisation: RECIPES.cifar10.evaluation };
      const { input, forward } = planInference(frozen, new Memory(), record, settings);
      return [...input.dispatches, ...forward.dispatches];
    }),
  );
}

/** Every .wgsl that declares a uniform, by its kernel's name. The others are parts of some kernel's text. */
function declared(): string[] {
  const folder = fileURLToPath(new URL('../kernels', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.wgsl') && /var<uniform>/.test(readFileSync(join(folder, file), 'utf8')))
    .map((file) => basename(file, '.wgsl'));
}

const step = (change: Partial<RunConfig>, side: number, inputs: StepInputs) => () =>
  planned(change, side, inputs);

const PLANS: Readonly<Record<string, () => Dispatch[]>> = {
  'dual gating': step({ system: 'dual-gating' }, 32, 'drawn'),
  'dual gating on given views': step({ system: 'dual-gating', separateBn: false }, 32, 'given'),
  'the gates of a wide network': step({ system: 'dual-gating', width: 64, batch: 24 }, 32, 'given'),
  'dual gating of large images': step({ system: 'dual-gating' }, 96, 'drawn'),
  'VICReg with gates': step({ system: 'vicreg-gating', gatedLoss: 'mean' }, 32, 'drawn'),
  'VICReg, more images than dimensions': step({ system: 'vicreg', projector: 2 }, 32, 'drawn'),
  'a slimmable pair': step({ system: 'slimmable', slimForm: 'dual' }, 32, 'drawn'),
  SlimCLR: step({ system: 'slimmable', slimForm: 'slimclr', distillation: true }, 32, 'drawn'),
  'SlimCLR without distillation': step(
    { system: 'slimmable', slimForm: 'slimclr', distillation: false },
    32,
    'drawn',
  ),
  inference: () => plannedInference(12, 'cifar'),
  'inference on large images': () => plannedInference(45, 'imagenet'),
};

const known = new Map<string, readonly Kernel[]>();

/** The kernels of one of the plans, which is made once. */
function kernelsOf(plan: string): readonly Kernel[] {
  const kernels = known.get(plan) ?? PLANS[plan]!().map(({ kernel }) => kernel);
  known.set(plan, kernels);
  return kernels;
}

/** All kernels of these plans. */
function allKernels(): Kernel[] {
  return Object.keys(PLANS).flatMap((plan) => [...kernelsOf(plan)]);
}

describe('the fields of every shader’s shape', () => {
  it.each(Object.keys(PLANS))('are given in the plan of %s', (plan) => {
    expect(kernelsOf(plan).length).toBeGreaterThan(0);
  });

  it('are given in one of these plans for every kernel that there is', () => {
    const all = new Set(allKernels().map(({ name }) => name));
    expect([...all].toSorted()).toEqual(declared().toSorted());
  });
});

describe('Firefox’s compiler', () => {
  it('takes every shader of these plans, for the drivers of all systems', () => {
    const byCode = new Map(allKernels().map(({ name, code }) => [code, name]));
    const refused = [...byCode].flatMap(([code, name]) => {
      const report = nagaRefusal(code);
      return report === null ? [] : [`${name}: ${report}`];
    });
    expect(byCode.size).toBeGreaterThan(100);
    expect(refused).toEqual([]);
  });

  it('refuses what it does not read, and says where', () => {
    expect(nagaRefusal('fn main( {')).toContain('wgsl:1:10');
    const narrow = 'struct Shape { x: array<f32, 4> } @group(0) @binding(0) var<uniform> shape: Shape;';
    expect(nagaRefusal(narrow)).toContain('not a multiple of the required alignment 16');
  });
});
