import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { scriptedWorker } from '../../../link/scriptedWorker.fixture.ts';
import { DEFAULT_CONFIG } from '../../../presets.ts';
import type { ImageAnswer } from '../../../session/door/imageViewsProtocol.ts';
import type { Ready } from '../run.ts';
import { useImageViews } from './imageViews.ts';

const ScriptedWorker = scriptedWorker<ImageAnswer>();
const PARAMETERS = {
  ...{ crop: { top: 0, left: 0, height: 1, width: 1 }, jitter: null },
  ...{ grayscale: false, blur: null, solarize: null, flip: false },
};

function readyOf(pixels: Uint8Array): Ready {
  return {
    ...{ config: { ...DEFAULT_CONFIG, seed: 3 }, engine: null },
    data: {
      ...{ name: 'n', train: 4, test: 2, bank: null, size: 1, stepsPerEpoch: 1 },
      ...{ classes: [], recipe: 'stl10' },
    },
    network: { stemMacs: 1, blocks: [], denseMacs: 1, smallestRatio: 0, features: 1 },
    mapImages: { count: 2, pixels, labels: new Uint8Array(2) },
  };
}

const ready = readyOf(Uint8Array.of(1, 2, 3, 4, 5, 6));
const state = () => useImageViews.getState();
const worker = () => ScriptedWorker.all.at(-1)!;
const viewsOf = (byte: number): Extract<ImageAnswer, { views: unknown }>['views'] => {
  const view = { parameters: PARAMETERS, pixels: Uint8Array.of(byte, byte, byte) };
  return [view, view];
};
const told = () => vi.waitFor(() => expect(state().drawn.size).toBeGreaterThan(0));

beforeEach(() => {
  vi.stubGlobal('Worker', ScriptedWorker);
  useImageViews.setState({ ...useImageViews.getInitialState() });
});

// The client keeps its worker from one test to the next, unless that broke.
afterEach(() => {
  worker().crash('the end of a test');
  vi.unstubAllGlobals();
});

it('asks for the views of one image by the settings, the seed and the recipe of the run', async () => {
  state().make(ready, 1);
  const { seed, minCrop, jitter, grayscale } = ready.config;
  const [order] = worker().told as [{ id: number }];
  expect(order).toEqual({
    ...{ id: order.id, draw: 0, config: { seed, minCrop, jitter, grayscale } },
    image: { pixels: Uint8Array.of(4, 5, 6), size: 1, recipe: 'stl10' },
  });
  worker().say({ id: order.id, views: viewsOf(9) });
  await told();
  expect(state().drawn.get(1)).toEqual({ draw: 0, views: viewsOf(9) });
  // What is there is not made once more.
  state().make(ready, 1);
  expect(worker().told).toHaveLength(1);
  expect([...ready.mapImages.pixels]).toEqual([1, 2, 3, 4, 5, 6]);
});

it('draws again for all images, and takes no views of the draw before', async () => {
  state().make(ready, 0);
  state().drawAgain();
  state().make(ready, 0);
  const [first, second] = worker().told as { id: number; draw: number }[];
  expect([first!.draw, second!.draw]).toEqual([0, 1]);
  worker().say({ id: first!.id, views: viewsOf(1) }, { id: second!.id, views: viewsOf(2) });
  await told();
  expect(state().drawn.get(0)).toEqual({ draw: 1, views: viewsOf(2) });
});

it('forgets the views of another run, and asks for none where there are no pictures', async () => {
  state().make(ready, 0);
  worker().say({ id: (worker().told[0] as { id: number }).id, views: viewsOf(1) });
  await told();
  const other = readyOf(Uint8Array.of(7, 7, 7, 8, 8, 8));
  state().make(other, 1);
  worker().say({ id: (worker().told[1] as { id: number }).id, views: viewsOf(2) });
  await vi.waitFor(() => expect(state().of).toBe(other));
  expect([...state().drawn.keys()]).toEqual([1]);
  state().make(readyOf(new Uint8Array(0)), 0);
  expect(worker().told).toHaveLength(2);
});

it('says why there are no views, and begins anew after its worker broke down', async () => {
  state().make(ready, 0);
  worker().crash('out of memory');
  await told();
  expect(state().drawn.get(0)).toEqual({
    draw: 0,
    fault: 'The maker of views broke down: out of memory. Draw again.',
  });
  const broken = worker();
  state().drawAgain();
  state().make(ready, 0);
  expect(worker()).not.toBe(broken);
  worker().say({ id: (worker().told[0] as { id: number }).id, fault: 'no such image' });
  await vi.waitFor(() => expect(state().drawn.get(0)).toEqual({ draw: 1, fault: 'no such image' }));
});
