import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, expect, inject } from 'vitest';
import { create, globals } from 'webgpu';
import { countPipelines } from './pipelineCounts.ts';
import { noAdapter } from './softwareVulkan.ts';

// Gives every test file WebGPU in Node through Dawn, the implementation in Chromium. The config's environment
// names the driver.

/** How long to wait before Dawn is asked again. */
const POLL_MS = 1;

Object.assign(globalThis, globals, {
  // While work is under way, Dawn uses setImmediate to ask whether it is done, in every round of Node's loop.
  // That keeps a core busy that the software adapter could use. The adapter compiles twice as fast when Dawn
  // asks less often.
  setImmediate: (work: (...given: unknown[]) => void, ...given: unknown[]) =>
    setTimeout(work, POLL_MS, ...given),
  clearImmediate: clearTimeout,
});

const gpu = create([]);
Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
if ((await gpu.requestAdapter()) === null) throw new Error(noAdapter());

const counts = countPipelines();
afterAll(() => {
  const suite = relative('.', expect.getState().testPath ?? '');
  appendFileSync(inject('pipelineLog'), `${JSON.stringify({ suite, ...counts() })}\n`);
});
