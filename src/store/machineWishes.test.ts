import { afterEach, expect, it, vi } from 'vitest';
import { choicesIn, machineWanted, useMachineWishes } from './machineWishes.ts';

afterEach(() => void vi.unstubAllGlobals());

it('are the fast GPU and all threads until others are chosen, which the browser remembers', () => {
  expect(machineWanted()).toEqual({});
  const setItem = vi.fn();
  vi.stubGlobal('localStorage', { setItem });
  const { choose } = useMachineWishes.getState();
  choose({ saving: true });
  expect(setItem).toHaveBeenLastCalledWith('dualgate-machine', '{"saving":true,"threads":null}');
  choose({ threads: 3 });
  expect(setItem).toHaveBeenLastCalledWith('dualgate-machine', '{"saving":true,"threads":3}');
  expect(machineWanted()).toEqual({ power: 'low-power', threads: 3 });
  choose({ saving: false, threads: null });
  expect(machineWanted()).toEqual({});
});

it('are read from what is stored, as far as that can be', () => {
  expect(choicesIn({ saving: true, threads: 2 })).toEqual({ saving: true, threads: 2 });
  expect(choicesIn({ saving: true })).toEqual({ saving: true, threads: null });
  for (const damaged of [null, 'yes', { saving: 'yes', threads: 0 }, [], 7, { threads: 1.5 }])
    expect(choicesIn(damaged)).toEqual({ saving: false, threads: null });
});
