import { defineConfig } from 'vitest/config';
import { marked, REACHED, ROOMS } from './marked.ts';

// Which texts of errors the unit tests of some rooms provoke: npm run texts
export default defineConfig({
  plugins: [
    {
      name: 'mark-errors',
      enforce: 'pre',
      transform: (code, id) => marked(code, id.split('?', 1)[0]!),
    },
  ],
  test: {
    include: ROOMS.map((room) => `src/${room}/**/*.test.ts`),
    exclude: ['src/**/*.{browser,gpu,process}.test.ts'],
    env: { DUALGATE_TEXTS: REACHED },
    setupFiles: ['e2e/texts/setup.ts'],
    globalSetup: ['e2e/texts/report.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
