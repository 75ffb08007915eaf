import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../presets.ts';
import { configOfWeights, startFault, startTensors } from './fromWeights.ts';
import { tinyWeights } from './weights.fixture.ts';
import { tensorValues } from './weights.ts';

const started = { ...DEFAULT_CONFIG, width: 16, projector: 64, budget: 0.7, seed: 5 };

describe('a run that begins with weights', () => {
  it.each([
    ['dual-gating', {}],
    ['vicreg-gating', { bn: 'shared', branches: ['gated'] }],
    ['vicreg', { gated: false, bn: 'shared', branches: ['dense'] }],
    ['slimmable', { gated: false, bn: 'shared', slim: ['slim50'], branches: ['slim50', 'dense'] }],
    ['dual-gating', { stem: 'imagenet', input: 32, minBottleneck: 4 }],
  ] as const)('is of their system and network: %s', (system, change) => {
    const weights = tinyWeights(change);
    const config = configOfWeights(weights.architecture, started);
    expect(config).toMatchObject({ system, width: 4, projector: 8, budget: 0.7, seed: 5 });
    expect(startFault(weights.architecture, config)).toBeNull();
    const { parameters, buffers } = startTensors(weights, config);
    expect(parameters.size + buffers.size).toBe(Object.keys(weights.tensors).length);
    for (const [name, values] of [...parameters, ...buffers])
      expect(values).toEqual(tensorValues(weights.tensors[name]!));
  });

  it('of other settings, or of a slice, is refused with the reason', () => {
    const weights = tinyWeights();
    const config = configOfWeights(weights.architecture, started);
    expect(startFault(weights.architecture, { ...config, width: 8 })).toMatch(
      /of shape .*, and the weights have/,
    );
    expect(startFault(weights.architecture, { ...config, system: 'vicreg' })).toMatch(/the weights have/);
    expect(() => startTensors(weights, { ...config, projector: 16 })).toThrow(
      /projector.0.weight of shape \[16,32\]/,
    );
    const slice = tinyWeights({ bn: 'shared', branches: ['gated'], inner: [1, 1, 1, 1, 1, 1, 1, 1] });
    expect(startFault(slice.architecture, config)).toMatch(/are a slice/);
  });
});
