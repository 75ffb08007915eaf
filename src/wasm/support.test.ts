import { afterEach, describe, expect, it, vi } from 'vitest';
import { allowRelaxedSimd } from './build.ts';
import { hasFused, hasSharedMemory, hasSimd } from './support.ts';
import { threadsFor } from './threads/pagePlaces.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('what WebAssembly can do here', () => {
  it('is told by modules that it must know', () => {
    allowRelaxedSimd();
    expect(hasSimd()).toBe(true);
    expect(hasSharedMemory()).toBe(true);
    // Relaxed SIMD is there; whether it rounds once is the processor's. An answer is given either way.
    const validate = vi.spyOn(WebAssembly, 'validate');
    expect(typeof hasFused()).toBe('boolean');
    expect(validate).toHaveReturnedWith(true);
  });

  it('is not fused where relaxed SIMD is not known, and not shared where a page is not isolated', () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    vi.stubGlobal('crossOriginIsolated', false);
    expect([hasSimd(), hasFused(), hasSharedMemory()]).toEqual([false, false, false]);
  });
});

describe('threads of a page', () => {
  it('are as many as its cores but one, at least one, and leave it two of four', () => {
    vi.stubGlobal('Worker', class {});
    expect([1, 2, 3, 4, 5, 6, 8, 12, 16, 64].map(threadsFor)).toEqual([1, 1, 2, 2, 2, 2, 3, 5, 7, 8]);
  });

  it('are one where memory cannot be shared, or workers cannot start workers', () => {
    vi.stubGlobal('Worker', undefined);
    expect(threadsFor(16)).toBe(1);
    vi.stubGlobal('Worker', class {});
    vi.stubGlobal('crossOriginIsolated', false);
    expect(threadsFor(16)).toBe(1);
  });
});
