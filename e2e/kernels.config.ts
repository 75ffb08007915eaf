import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { driverFolders, driverVariables } from './softwareVulkan.ts';

// What stands on WebGPU is tested beside its source (src/**/*.gpu.test.ts), on WebGPU without a browser.

export default defineConfig({
  test: {
    name: 'kernels',
    root: fileURLToPath(new URL('..', import.meta.url)),
    environment: 'node',
    include: ['src/**/*.gpu.test.ts'],
    globalSetup: 'e2e/pipelineCounts.ts',
    setupFiles: 'e2e/dawn.setup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The linker reads where libraries lie when a process starts: threads would start too late for it.
    pool: 'forks',
    env: process.platform === 'linux' ? driverVariables(driverFolders()) : {},
    maxWorkers: 2,
  },
});
