import { expect, it } from 'vitest';
import { TINY } from '../session.fixture.ts';
import { engineShapes } from '../stage.ts';
import { modelledTuning } from './adapterTuning.ts';

function tuningOf(software: boolean, run: { batch: number; steps: number }) {
  const adapter = { info: { isFallbackAdapter: software }, isFallbackAdapter: software };
  const setup = engineShapes({ ...TINY, width: 8 }, { count: 64, size: 32, recipe: 'cifar10' });
  return modelledTuning(adapter as unknown as GPUAdapter, run, setup);
}

it('cuts short tiles for a short run on a software adapter, and long ones where they pay', () => {
  expect(tuningOf(true, { batch: 8, steps: 24 })).toMatchObject({ adapter: 'software', text: 'short' });
  expect(tuningOf(true, { batch: 64, steps: 1000 })).toMatchObject({ adapter: 'software', text: 'long' });
  expect(tuningOf(false, { batch: 8, steps: 24 })).toMatchObject({ adapter: 'hardware', text: 'long' });
});
