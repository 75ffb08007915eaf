import { afterEach, expect, it, vi } from 'vitest';
import { choicesIn, useLooks } from './looks.ts';

const FIRST = { smoothing: 0.6, logSteps: false, expected: true, thumbnails: true, runColors: {} };

afterEach(() => {
  vi.unstubAllGlobals();
  useLooks.setState(FIRST);
});

it('what is stored is taken as far as it is possible', () => {
  expect(choicesIn({ smoothing: 0.9, logSteps: true, expected: false, thumbnails: false })).toEqual({
    ...{ smoothing: 0.9, logSteps: true, expected: false, thumbnails: false, runColors: {} },
  });
  expect(choicesIn({ smoothing: 1, logSteps: 'yes' })).toEqual(FIRST);
  expect(choicesIn(null)).toEqual(FIRST);
  expect(choicesIn({ runColors: { a: '#12AB9f', b: 'red', c: 3 } }).runColors).toEqual({ a: '#12AB9f' });
});

it('a choice is kept in this browser, with all others', () => {
  const setItem = vi.fn();
  vi.stubGlobal('localStorage', { setItem });
  useLooks.getState().choose({ smoothing: 0.3 });
  expect(choicesIn(JSON.parse(setItem.mock.calls[0]![1]))).toEqual({ ...FIRST, smoothing: 0.3 });
});

it('a browser that refuses storage still follows the choice', () => {
  vi.stubGlobal('localStorage', {
    setItem: () => {
      throw new Error('refused');
    },
  });
  useLooks.getState().choose({ logSteps: true });
  expect(useLooks.getState().logSteps).toBe(true);
});
