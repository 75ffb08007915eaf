import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/**
 * What the built site may do: its own scripts, workers and files, WebAssembly, pictures that the page makes
 * itself, and the requests of a download that the user started: to Hugging Face and to where it keeps its
 * files, whose names change.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self' https://huggingface.co https://*.huggingface.co https://*.hf.co",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * Writes the policy into the page: static hosts send no headers of their own. It comes before all that it
 * rules.
 */
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
      injectTo: 'head-prepend',
    },
  ],
};

// Cross-origin isolation: precise timers, and SharedArrayBuffer for the threaded WASM backend.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const UNIT_TESTS = ['src/**/*.test.{ts,tsx}', 'datasets/**/*.test.ts', 'e2e/*.test.ts'];
const OTHER_TESTS = ['{src,datasets}/**/*.{browser,gpu,process}.test.ts'];
/** Tests of rooms whose modules keep no state: files may share them. */
const STATELESS_TESTS = [
  'data',
  'exchange',
  'link',
  'network',
  'platform',
  'run',
  'statistics',
  'ui',
  'webgpu',
].map((room) => `src/${room}/**/*.test.{ts,tsx}`);

/** A project of tests that run in Node, with what they have in common. */
function inNode(name: string, own: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      environment: 'node',
      testTimeout: 60_000,
      // Hooks that train runs for all tests of a file take their time on a busy machine.
      hookTimeout: 60_000,
      // One for each of the two cores that the checks are planned for; vitest leaves one idle.
      maxWorkers: 2,
      ...own,
    },
  };
}

export default defineConfig({
  // Relative, so that the built site works under any path.
  base: './',
  plugins: [react(), contentSecurityPolicy],
  worker: { format: 'es' },
  server: { headers },
  // As a header the policy rules workers too, which do not inherit the page's.
  preview: { headers: { ...headers, 'Content-Security-Policy': POLICY } },
  build: {
    target: 'es2023',
    // tfjs is one megabyte and lives in the worker; the page's own first chunk stays small.
    chunkSizeWarningLimit: 2000,
  },
  test: {
    projects: [
      inNode('unit', {
        // Stores and tfjs keep state in their modules, so each file has modules of its own.
        include: UNIT_TESTS,
        exclude: [...OTHER_TESTS, ...STATELESS_TESTS],
      }),
      inNode('unit-stateless', {
        // Half the time of these files was loading the same modules again.
        include: STATELESS_TESTS,
        exclude: OTHER_TESTS,
        isolate: false,
        setupFiles: ['e2e/asFound.ts'],
      }),
      // What starts other programs, as a command's user does, or Python; and what takes many seconds by
      // itself.
      inNode('process', { include: ['{src,datasets}/**/*.process.test.ts'] }),
      { extends: './e2e/kernels.config.ts' },
      { extends: './e2e/browserUnit.config.ts' },
    ],
  },
});
