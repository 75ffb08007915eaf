import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Cross-origin isolation: precise timers, and SharedArrayBuffer for the threaded WASM backend.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Relative, so that the built site works under any path.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  server: { headers },
  preview: { headers },
  build: {
    target: 'es2023',
    // tfjs is one megabyte and lives in the worker; the page's own first chunk stays small.
    chunkSizeWarningLimit: 2000,
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}', 'datasets/**/*.test.ts', 'e2e/*.test.ts'],
          exclude: ['src/**/*.gpu.test.ts'],
          testTimeout: 60_000,
          // One for each of the two cores that the checks are planned for; vitest leaves one idle.
          maxWorkers: 2,
        },
      },
      {
        extends: './e2e/gpu.config.ts',
      },
    ],
  },
});
