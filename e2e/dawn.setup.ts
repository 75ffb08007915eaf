import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, expect, inject } from 'vitest';
import { openDawn } from '../src/dawn/openDawn.ts';
import { driverFolders, softwareDriver, takeDriver } from '../src/dawn/vulkanDriver.ts';
import { countPipelines } from './pipelineCounts.ts';

// Gives every test file WebGPU in Node through Dawn, the implementation in Chromium. All machines test on
// Chromium's software driver where there is one, so that they test the same.

const driver = process.platform === 'linux' ? softwareDriver(driverFolders()) : null;
if (driver !== null) takeDriver(driver);
await openDawn({ adapter: null });

const counts = countPipelines();
afterAll(() => {
  const suite = relative('.', expect.getState().testPath ?? '');
  appendFileSync(inject('pipelineLog'), `${JSON.stringify({ suite, ...counts() })}\n`);
});
