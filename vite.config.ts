import react from '@vitejs/plugin-react';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { chartScales } from './src/site/chartScales.ts';
import { compressedNeighbours } from './src/site/compress.ts';
import { headersForHosts, ISOLATION, SITE_HEADERS } from './src/site/headers.ts';
import { builtSite } from './src/site/serve.ts';
import { shareTags } from './src/site/shareTags.ts';

const UNIT_TESTS = ['src/**/*.test.{ts,tsx}', 'datasets/**/*.test.ts', 'e2e/*.test.ts'];
const OTHER_TESTS = ['{src,datasets}/**/*.{browser,gpu,process}.test.ts'];
/** Tests of rooms whose modules keep no state: files may share them. */
const STATELESS_TESTS = [
  'data',
  'exchange',
  'link',
  'network',
  'plan',
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
  plugins: [
    react(),
    chartScales,
    headersForHosts,
    shareTags(process.env.DUALGATE_SITE_URL),
    compressedNeighbours,
    builtSite,
  ],
  worker: { format: 'es' },
  server: { headers: ISOLATION },
  preview: { headers: SITE_HEADERS },
  build: {
    target: 'es2023',
    rolldownOptions: {
      output: {
        // What the page needs before its first paint in one file: a dozen small ones compress each by itself.
        codeSplitting: { groups: [{ name: 'page', tags: ['$initial'] }] },
      },
    },
    // The compressed neighbours show the sizes.
    reportCompressedSize: false,
    // tfjs is one megabyte and lives in the worker; the page's own first chunk stays small.
    chunkSizeWarningLimit: 2000,
  },
  test: {
    projects: [
      inNode('unit', {
        // Stores and tfjs keep state in their modules, so each file has modules of its own.
        include: UNIT_TESTS,
        exclude: [...OTHER_TESTS, ...STATELESS_TESTS],
        setupFiles: ['e2e/asFound.ts'],
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
