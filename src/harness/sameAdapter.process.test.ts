import { expect, it } from 'vitest';
import { trainSteps } from '../benchmark/trainedSteps.ts';
import { findChromium } from '../chromium.ts';
import { openDawn } from '../dawn/openDawn.ts';
import { driverFolders, softwareDriver, takeDriver } from '../dawn/vulkanDriver.ts';
import { trainInBrowser } from './browser.ts';

it('20 steps in Node and in Chromium, on one adapter, have the same losses and weights', async () => {
  findChromium();
  // Chromium without a GPU computes on this driver, so both have the same.
  const driver = process.platform === 'linux' ? softwareDriver(driverFolders()) : null;
  if (driver !== null) takeDriver(driver);
  await openDawn({ adapter: null });
  const order = { width: 4, batch: 8, steps: 20 };
  const [node, chromium] = [await trainSteps(order), await trainInBrowser(order)];
  // Whatever the adapters are, rounding has not grown yet in the first steps.
  for (const [step, loss] of node.losses.slice(0, 4).entries())
    expect(Math.abs(chromium.losses[step]! / loss - 1)).toBeLessThan(1e-4);
  // One driver gets the same shaders in the same order from both, so it computes the same bits. No tolerance
  // would do after 20 steps: engines that round differently, such as the reference on tfjs's two backends,
  // have weights there that are as far apart as they have moved.
  // A browser tells less of the adapter's name.
  expect(node.adapter).toContain(chromium.adapter);
  expect(chromium).toEqual({ ...node, adapter: chromium.adapter });
}, 300_000);
