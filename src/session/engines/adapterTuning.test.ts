import { expect, it } from 'vitest';
import type { AdapterKind } from '../../webgpu/kernels/convolution/tuning.ts';
import { TINY } from '../session.fixture.ts';
import { engineShapes } from '../stage.ts';
import { modelledTuning } from './adapterTuning.ts';

function tuningOf(kind: AdapterKind, run: { batch: number; steps: number }) {
  const setup = engineShapes({ ...TINY, width: 8 }, { count: 64, size: 32, recipe: 'cifar10' });
  return modelledTuning(kind, run, setup);
}

it('cuts short tiles for a short run on a software adapter, and long ones where they pay', () => {
  expect(tuningOf('software', { batch: 8, steps: 24 })).toMatchObject({ adapter: 'software', text: 'short' });
  expect(tuningOf('software', { batch: 64, steps: 1000 })).toMatchObject({
    adapter: 'software',
    text: 'long',
  });
  expect(tuningOf('hardware', { batch: 8, steps: 24 })).toMatchObject({ adapter: 'hardware', text: 'long' });
});
