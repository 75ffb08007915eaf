import { describe, expect, it } from 'vitest';
import type { SystemId } from '../config.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { networkOf } from './fromConfig.ts';

const specOf = (system: SystemId, separateBn: boolean) =>
  networkOf({ ...DEFAULT_CONFIG, system, separateBn, width: 12, projector: 40, stemPadding: 1 }, 24).spec;

describe('networkOf', () => {
  it('takes width, stem padding, projector and image size from where they are set', () => {
    expect(specOf('dual-gating', true)).toEqual({
      input: 24,
      width: 12,
      stem: 'cifar',
      stemPadding: 1,
      gated: true,
      bn: 'separate',
      projector: { hidden: 40, output: 40 },
      slim: [],
      slimProjector: false,
      minBottleneck: 1,
    });
  });

  it('has gates where a branch needs them, and sets of BatchNorms where there are two branches', () => {
    const shape = (system: SystemId, separate: boolean) => {
      const { gated, bn } = specOf(system, separate);
      return { gated, bn };
    };
    expect(shape('dual-gating', false)).toEqual({ gated: true, bn: 'shared' });
    expect(shape('vicreg-gating', true)).toEqual({ gated: true, bn: 'shared' });
    expect(shape('vicreg', true)).toEqual({ gated: false, bn: 'shared' });
  });
});
