import { afterEach, expect, it, vi } from 'vitest';
import { choicesIn, powerWanted, useGpuPower } from './gpuPower.ts';

afterEach(() => void vi.unstubAllGlobals());

it('is the fast GPU until the other one is chosen, which the browser remembers', () => {
  expect(powerWanted()).toEqual({});
  const setItem = vi.fn();
  vi.stubGlobal('localStorage', { setItem });
  useGpuPower.getState().choose({ saving: true });
  expect(setItem).toHaveBeenCalledWith('dualgate-gpu-power', '{"saving":true}');
  expect(powerWanted()).toEqual({ power: 'low-power' });
  useGpuPower.getState().choose({ saving: false });
  expect(powerWanted()).toEqual({});
});

it('is read from what is stored, as far as that can be', () => {
  expect(choicesIn({ saving: true })).toEqual({ saving: true });
  for (const damaged of [null, 'yes', { saving: 'yes' }, [], 7])
    expect(choicesIn(damaged)).toEqual({ saving: false });
});
