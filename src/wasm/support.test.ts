import { setFlagsFromString } from 'node:v8';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { allowRelaxedSimd } from './build.ts';
import { hasFused, hasRelaxedSimd, hasSharedMemory, hasSimd } from './support.ts';
import { threadsFor } from './threads/pagePlaces.ts';

vi.mock('node:v8', async (original) => {
  const v8 = await original<typeof import('node:v8')>();
  return { ...v8, setFlagsFromString: vi.fn(v8.setFlagsFromString) };
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('what WebAssembly can do here', () => {
  it('is told by modules that it must know', () => {
    allowRelaxedSimd();
    expect([hasSimd(), hasRelaxedSimd()]).toEqual([true, true]);
    expect(hasSharedMemory()).toBe(true);
    // Whether it rounds once is the processor's choice. An answer is given either way.
    expect(typeof hasFused()).toBe('boolean');
  });

  it('is asked of Node only where it is not there', () => {
    allowRelaxedSimd();
    // Newer versions would complain of the flag.
    vi.mocked(setFlagsFromString).mockClear().mockReturnValueOnce(undefined);
    allowRelaxedSimd();
    expect(setFlagsFromString).not.toHaveBeenCalled();
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    allowRelaxedSimd();
    expect(setFlagsFromString).toHaveBeenCalledOnce();
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
