import { describe, expect, it } from 'vitest';
import type { RunConfig, SystemId } from '../../config.ts';
import { hashedImages } from '../../method/engine.fixture.ts';
import { Memory } from '../../plan/memory.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { engineSetup } from '../../session/stage.ts';
import { untuned } from '../kernels/convolution/tuning.ts';
import { planOnGpu } from './gpuPlan.ts';

function planned(
  width: number,
  batch: number,
  system: SystemId = 'dual-gating',
  change: Partial<RunConfig> = {},
) {
  const memory = new Memory();
  const setup = engineSetup({ ...DEFAULT_CONFIG, width, batch, system, ...change }, hashedImages(batch, 32));
  const { plan, evaluations } = planOnGpu(setup, memory, {
    batch,
    tuning: untuned('software'),
    inputs: 'drawn',
  });
  return { memory, plan, evaluations };
}

describe('the plan of a step', () => {
  it('takes at most 150 MB at width 8 and batch 64', () => {
    const { memory } = planned(8, 64);
    expect(memory.bytes).toBeLessThanOrEqual(150e6);
    expect(memory.bytes).toBeGreaterThan(50e6);
  });

  it.each([
    ['dual-gating', 8, 200],
    ['vicreg-gating', 8, 200],
    ['vicreg', 8, 159],
    ['dual-gating', 64, 210],
  ] as const)(
    '%s at width %i records %i dispatches, within the limits of every device',
    (system, width, dispatches) => {
      const { plan } = planned(width, 64, system);
      expect(plan.operations.dispatches.length).toBe(dispatches);
      for (const { buffers, workgroups } of plan.operations.dispatches) {
        expect(buffers.length).toBeLessThanOrEqual(8);
        expect(Math.max(...workgroups)).toBeLessThanOrEqual(65535);
        for (const { offset } of buffers) expect(offset % 256).toBe(0);
      }
    },
  );

  it.each([
    ['dual', 150e6, 159],
    ['slimclr', 520e6, 171],
  ] as const)(
    'of a slimmable network, form %s, takes at most %i bytes and %i dispatches',
    (slimForm, bytes, dispatches) => {
      const { memory, plan, evaluations } = planned(8, 64, 'slimmable', {
        slimForm,
        slimWidth: 0.5,
        distillation: true,
      });
      expect(plan.operations.dispatches.length).toBe(dispatches);
      expect(memory.bytes).toBeLessThanOrEqual(bytes);
      expect(evaluations.map(({ branch }) => branch)).toEqual(
        slimForm === 'dual' ? ['slim50', 'dense'] : ['slim25', 'slim50', 'slim75', 'dense'],
      );
      for (const { buffers, workgroups } of plan.operations.dispatches) {
        expect(buffers.length).toBeLessThanOrEqual(8);
        expect(Math.max(...workgroups)).toBeLessThanOrEqual(65535);
      }
    },
  );

  it('has no kernels for contrastive terms, and says what to do', () => {
    expect(() => planned(8, 4, 'slimmable', { slimObjective: 'contrastive' })).toThrow(
      'choose the WASM engine',
    );
  });

  it('evaluates in the buffers of the step', () => {
    const { memory, plan, evaluations } = planned(8, 64);
    expect(evaluations.map(({ branch }) => branch)).toEqual(['gated', 'dense']);
    const ofStep = new Set(
      plan.operations.dispatches.flatMap(({ buffers }) => buffers.map(({ buffer }) => buffer)),
    );
    const own = new Set(
      evaluations
        .flatMap(({ operations }) =>
          operations.dispatches.flatMap(({ buffers }) => buffers.map(({ buffer }) => buffer)),
        )
        .filter((buffer) => !ofStep.has(buffer)),
    );
    const bytes = [...own].reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeLessThan(0.02 * memory.bytes);
  });

  it('never binds a buffer twice where it is written: every device refuses that', () => {
    const { plan, evaluations } = planned(8, 4);
    for (const { kernel, buffers } of [
      ...plan.operations.dispatches,
      ...evaluations.flatMap(({ operations }) => operations.dispatches),
    ]) {
      const bindings = [...kernel.code.matchAll(/@binding\((\d+)\) var<storage, (read|read_write)>/g)];
      const written = bindings
        .filter(([, , access]) => access === 'read_write')
        .map(([, place]) => Number(place) - 1);
      for (const place of written) {
        const twice = buffers.filter(({ buffer }) => buffer === buffers[place]!.buffer);
        expect(twice.length, kernel.name).toBe(1);
      }
    }
  });
});
