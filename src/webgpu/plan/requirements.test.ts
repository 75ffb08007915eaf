import { describe, expect, it } from 'vitest';
import { hashedImages } from '../../method/engine.fixture.ts';
import type { PlannedSetup } from '../../plan/stepPlan.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { engineSetup } from '../../session/stage.ts';
import { untuned } from '../kernels/convolution/tuning.ts';
import { type Limits, type Requirements, refuse, requirementsOf } from './requirements.ts';

/** The limits that WebGPU guarantees on every device. */
const DEFAULT_LIMITS: Limits = {
  maxBufferSize: 268_435_456,
  maxStorageBufferBindingSize: 134_217_728,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupsPerDimension: 65_535,
};

function needs(change: Partial<typeof DEFAULT_CONFIG>, count = 5000, size = 32): Requirements {
  const config = { ...DEFAULT_CONFIG, ...change };
  const setup: PlannedSetup = { ...engineSetup(config, hashedImages(1, size)), images: { count, size } };
  return requirementsOf(setup, { batch: config.batch, tuning: untuned('hardware'), inputs: 'drawn' });
}

describe('what a step needs', () => {
  it('grows with the batch and with the images', () => {
    const usual = needs({});
    expect(needs({ batch: 128 }).bytes).toBeGreaterThan(1.7 * usual.bytes);
    const more = needs({}, 5000 + 10_000);
    expect(more.bytes - usual.bytes).toBe(10_000 * 32 * 32 * 3);
    expect(needs({}, 50_000).largestBuffer).toEqual({ name: 'training images', bytes: 50_000 * 3072 });
  });

  it('lies within the limits of every device at the default settings', () => {
    expect(refuse(needs({}), DEFAULT_LIMITS)).toBeNull();
  });
});

describe('large images', () => {
  it('of 96 pixels take a few times as much as CIFAR’s, in what every device allows', () => {
    const [cifar, stl] = [needs({ width: 8, batch: 64 }, 2000), needs({ width: 8, batch: 64 }, 2000, 96)];
    expect(refuse(stl, DEFAULT_LIMITS)).toBeNull();
    const activations = ({ bytes, largestBuffer }: Requirements) => bytes - largestBuffer.bytes;
    // The 7×7 stem and its max-pool leave maps of 24 pixels where CIFAR's have 34.
    expect(activations(stl) / activations(cifar)).toBeLessThan(1.5);
    expect(stl.bytes).toBeLessThan(250e6);
  });

  it('of 64 pixels go through the 3×3 stem, whose maps are the largest there are', () => {
    const [small, large] = [needs({ batch: 16 }, 100, 32), needs({ batch: 16 }, 100, 64)];
    expect(large.bytes / small.bytes).toBeGreaterThan(2);
    expect(refuse(large, DEFAULT_LIMITS)).toBeNull();
  });
});

describe('an adapter that does not suffice', () => {
  const usual = needs({}, 500);
  const needed: Limits = {
    maxBufferSize: usual.largestBuffer.bytes,
    maxStorageBufferBindingSize: usual.largestBinding,
    maxStorageBuffersPerShaderStage: usual.storageBuffers,
    maxComputeWorkgroupsPerDimension: usual.workgroups,
  };

  it('is told from one that just does', () => {
    expect(refuse(usual, needed)).toBeNull();
  });

  it.each([
    ['maxBufferSize', 'a buffer of', 'Lower the batch'],
    ['maxStorageBufferBindingSize', 'of one buffer', 'Lower the batch'],
    ['maxStorageBuffersPerShaderStage', 'buffers', 'Choose the WASM engine'],
    ['maxComputeWorkgroupsPerDimension', 'workgroups along one axis', 'Lower the batch'],
  ] as const)('for its %s is refused with what it takes', (limit, what, advice) => {
    const refusal = refuse(usual, { ...needed, [limit]: needed[limit] - 1 });
    expect(refusal).toContain(what);
    expect(refusal).toContain(advice);
  });

  it('for its images is told to train on fewer', () => {
    const many = needs({}, 100_000);
    expect(refuse(many, DEFAULT_LIMITS)).toBe(
      'WebGPU needs a buffer of 307 MB for training images, and this adapter allows 268 MB. Train on fewer or smaller images.',
    );
    expect(refuse(needs({}, 50_000), DEFAULT_LIMITS)).toBe(
      'A WebGPU kernel needs 154 MB of one buffer for training images, and this adapter allows 134 MB. Train on fewer or smaller images.',
    );
  });
});
