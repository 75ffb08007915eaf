import { afterAll, vi } from 'vitest';

// Test files that share their modules share the globals too: each leaves them as it found them.
afterAll(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.restoreAllMocks();
});
