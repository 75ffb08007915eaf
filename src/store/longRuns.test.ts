import { afterEach, describe, expect, it, vi } from 'vitest';
import { choicesIn, useLongRuns } from './longRuns.ts';

const FIRST = choicesIn(null);

afterEach(() => void vi.unstubAllGlobals());

describe('what the user wants while a run takes long', () => {
  it('is kept in the browser', () => {
    const setItem = vi.fn();
    vi.stubGlobal('localStorage', { setItem });
    useLongRuns.getState().choose({ awake: false });
    expect(setItem).toHaveBeenCalledWith('dualgate-long-runs', JSON.stringify({ ...FIRST, awake: false }));
    useLongRuns.getState().choose(FIRST);
  });

  it('is at first that the screen stays on, at full speed, and no more', () => {
    expect(FIRST).toEqual({ awake: true, notice: false, pace: 'full' });
  });

  it('is read from what is stored, as far as that can be', () => {
    expect(choicesIn({ awake: false, notice: true, pace: 'gentle' })).toEqual({
      awake: false,
      notice: true,
      pace: 'gentle',
    });
    expect(choicesIn({ awake: 'no', notice: 1, pace: 'slow' })).toEqual(FIRST);
    expect(choicesIn('damaged')).toEqual(FIRST);
  });
});
