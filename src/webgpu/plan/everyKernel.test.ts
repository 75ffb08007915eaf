import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../config.ts';
import { hashedImages, tinySetup } from '../../method/engine.fixture.ts';
import { branchNetwork } from '../../network/slice.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { engineSetup } from '../../session/stage.ts';
import { untuned } from '../kernels/convolution/tuning.ts';
import type { Dispatch } from '../kernels/kernel.ts';
import { Memory } from '../kernels/memory.ts';
import { planInference } from './inferencePlan.ts';
import { planAll } from './planAll.ts';
import type { StepInputs } from './stepPlan.ts';

// A dispatch is refused unless its wrapper gives every field of the kernel's uniform, and no other (webgpu/kernels/shape.ts).
// So all that it takes to hold wrappers and shaders together is that each is planned here.

const ADAPTERS = ['software', 'hardware'] as const;
const TINY: Partial<RunConfig> = { width: 4, batch: 3, projector: 8 };

function planned(change: Partial<RunConfig>, side: number, inputs: StepInputs): Dispatch[] {
  const config = { ...DEFAULT_CONFIG, ...TINY, ...change };
  const setup = engineSetup(config, hashedImages(config.batch, side));
  return ADAPTERS.flatMap((adapter) => {
    const options = { batch: config.batch, tuning: untuned(adapter), inputs };
    const { plan, evaluations } = planAll(setup, new Memory(), options);
    return [plan, ...evaluations].flatMap(({ dispatches }) => dispatches);
  });
}

function plannedInference(side: number, stem: 'cifar' | 'imagenet'): Dispatch[] {
  const { network, initial } = tinySetup({}, { input: side, stem });
  return ADAPTERS.flatMap((adapter) =>
    (['gated', 'dense'] as const).flatMap((branch) => {
      const frozen = branchNetwork(network, initial, branch);
      return planInference(frozen, new Memory(), 2, untuned(adapter), true).dispatches;
    }),
  );
}

/** Kernels by the names of their .wgsl: what they have as a uniform is their own, and not a part of another's text. */
function declared(): string[] {
  const folder = fileURLToPath(new URL('../kernels', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.wgsl') && /var<uniform>/.test(readFileSync(join(folder, file), 'utf8')))
    .map((file) => basename(file, '.wgsl'));
}

const STEPS: readonly (readonly [string, Partial<RunConfig>, number, StepInputs])[] = [
  ['dual gating', { system: 'dual-gating' }, 32, 'drawn'],
  ['dual gating on given views', { system: 'dual-gating', separateBn: false }, 32, 'given'],
  ['dual gating of large images', { system: 'dual-gating' }, 96, 'drawn'],
  ['VICReg with gates', { system: 'vicreg-gating', gatedLoss: 'mean' }, 32, 'drawn'],
  ['VICReg', { system: 'vicreg', projector: 2 }, 32, 'drawn'],
  ['a slimmable pair', { system: 'slimmable', slimForm: 'dual' }, 32, 'drawn'],
  ['SlimCLR', { system: 'slimmable', slimForm: 'slimclr', distillation: true }, 32, 'drawn'],
  [
    'SlimCLR without distillation',
    { system: 'slimmable', slimForm: 'slimclr', distillation: false },
    32,
    'drawn',
  ],
];

describe('the fields of every shader’s shape', () => {
  const seen = new Set<string>();
  const see = (dispatches: readonly Dispatch[]) => {
    expect(dispatches.length).toBeGreaterThan(0);
    for (const { kernel } of dispatches) seen.add(kernel.name);
  };

  it.each(STEPS)('are given in steps and evaluations of %s', (_, change, side, inputs) => {
    see(planned(change, side, inputs));
  });

  it.each([
    [12, 'cifar'],
    [45, 'imagenet'],
  ] as const)('are given in inference on images of %i pixels', (side, stem) => {
    see(plannedInference(side, stem));
  });

  it('are given somewhere above for every kernel that there is', () => {
    expect([...seen].toSorted()).toEqual(declared().toSorted());
  });
});
