import { expect, it } from 'vitest';
import { untuned } from '../../webgpu/kernels/convolution/tuning.ts';
import { forgetTunings, rememberedTuning, rememberTuning } from './tuningStore.ts';

it('remembers what was measured until it is told to forget', async () => {
  await forgetTunings();
  expect(await rememberedTuning('adapter')).toBeNull();
  const tuning = { ...untuned('hardware'), convolutions: { layer: { rows: 1, columns: 2, quads: 1 } } };
  await rememberTuning('adapter', tuning);
  expect(await rememberedTuning('adapter')).toEqual(tuning);
  expect(await rememberedTuning('another')).toBeNull();
  await forgetTunings();
  expect(await rememberedTuning('adapter')).toBeNull();
});
