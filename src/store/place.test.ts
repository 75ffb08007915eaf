import { afterEach, expect, it, vi } from 'vitest';
import { usePlace } from './place.ts';

afterEach(() => vi.unstubAllGlobals());

it('names the open tab in the address of the page, beside what stands there', () => {
  const written: string[] = [];
  vi.stubGlobal('location', { pathname: '/dualgate/', search: '?a=1', hash: '#v=1&seed=5' });
  vi.stubGlobal('history', {
    state: null,
    replaceState: (_: null, __: string, at: string) => written.push(at),
  });
  usePlace.getState().open('compare');
  usePlace.getState().open('run');
  expect(usePlace.getState().tab).toBe('run');
  expect(written).toEqual(['/dualgate/?a=1#v=1&seed=5&tab=compare', '/dualgate/?a=1#v=1&seed=5']);
});
