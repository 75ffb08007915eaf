import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from '../src/chromium.ts';
import { freePort } from './freePort.ts';

// Playwright reads this file once more in each of its workers: they take the port from the environment.
process.env.DUALGATE_PORT ??= String(await freePort());
process.env.DUALGATE_HUB_PORT ??= String(await freePort());
const address = `http://localhost:${process.env.DUALGATE_PORT}/`;

export default defineConfig({
  outputDir: '../test-results',
  // One worker, unless the command asks for two, as `npm test` does for the journeys. The project `alone`
  // times the page, so nothing may run beside it.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: process.env.CI !== undefined,
  reporter: 'list',
  use: {
    baseURL: address,
    // A page that draws no more frames is reported after this time, milliseconds.
    actionTimeout: 60_000,
    launchOptions: {
      executablePath: findChromium(),
      ignoreDefaultArgs: ['--headless', '--enable-unsafe-swiftshader'],
      args: ['--headless=new', ...CHROMIUM_FLAGS],
    },
  },
  projects: [
    { name: 'browser', testDir: './browser' },
    // Each journey trains or compiles on one thread. Each worker has its own browser, and each journey its
    // own profile. The recorded run stands still at its end, because playing it takes a quarter of what a
    // journey computes; journeys about motion ask for it.
    {
      name: 'journeys',
      testDir: './journeys',
      fullyParallel: true,
      use: { contextOptions: { reducedMotion: 'reduce' } },
    },
    { name: 'alone', testDir: './alone' },
    {
      // The browser reaches a server of the tests at the addresses where the page expects Hugging Face.
      name: 'hub',
      testDir: './hub',
      use: {
        launchOptions: {
          executablePath: findChromium(),
          ignoreDefaultArgs: ['--headless', '--enable-unsafe-swiftshader'],
          args: [
            '--headless=new',
            ...CHROMIUM_FLAGS,
            '--ignore-certificate-errors',
            `--host-resolver-rules=${['huggingface.co', 'cas-bridge.xethub.hf.co']
              .map((host) => `MAP ${host} 127.0.0.1:${process.env.DUALGATE_HUB_PORT}`)
              .join(',')}`,
          ],
        },
      },
    },
  ],
  webServer: {
    command: `npx vite preview --port ${process.env.DUALGATE_PORT} --strictPort`,
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    url: address,
    timeout: 60_000,
  },
});
