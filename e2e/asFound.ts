import { afterAll, vi } from 'vitest';

// Test files that share their modules share the globals too: each leaves them as it found them. What a test
// began to load, as a tab of the page does, is waited for: an import that comes after the last test fails the
// file that runs then.
afterAll(async () => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.restoreAllMocks();
  await vi.dynamicImportSettled();
});
