import { expect, it } from 'vitest';
import { networkOf } from '../../../network/fromConfig.ts';
import { DEFAULT_CONFIG } from '../../../presets.ts';
import { shuffled, stream } from '../../../random.ts';
import { packBits } from '../../../statistics/bitset.ts';
import { imageUsage } from '../channels.ts';
import { layerMacs } from '../layers.ts';
import {
  channelGates,
  gateDifference,
  imageMacs,
  leastAndMost,
  nearestOnMap,
  neighboursOf,
  pixelsOfImage,
  rightImages,
} from './imageReadings.ts';

const macs = { full: 100, conv1: 30, conv2: 50, downsample: 15, mask: 5 };
const whole = networkOf(DEFAULT_CONFIG, 32);
const [block] = whole.blocks;
const network = {
  ...whole,
  stemMacs: 7,
  blocks: [
    { ...block!, name: 'layer1.0', channels: 2, macs },
    { ...block!, name: 'layer2.0', channels: 4, macs: { ...macs, conv1: 80 } },
  ],
};
const gates = {
  ...{ epoch: 0, step: 1 },
  blocks: [Uint8Array.of(1, 0, 1, 1, 0, 0), Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0)],
};

it('the MACs of an image are those of its layers', () => {
  const spent = imageMacs(network, gates);
  expect(spent[0]).toBe(7 + 0.5 * 80 + 20 + 130 + 20);
  for (let image = 0; image < 3; image++) {
    const layers = layerMacs(network, imageUsage(network.blocks, gates, image)!, 0.5);
    expect(spent[image]).toBeCloseTo(
      layers.reduce((sum, layer) => sum + layer.gated!, 0),
      9,
    );
  }
});

it('the cheapest image and the dearest are the first of their cost', () => {
  expect(leastAndMost(Float64Array.of(5, 3, 9, 3, 9))).toEqual([1, 2]);
  expect(leastAndMost(Float64Array.of(5, 5))).toEqual([]);
  expect(leastAndMost(new Float64Array(0))).toEqual([]);
});

it('a channel has one gate for each image', () => {
  expect([...channelGates(network, gates, 1, 3)!]).toEqual([1, 1, 0]);
  expect(channelGates(network, gates, 1, 4)).toBeNull();
  expect(channelGates(network, gates, 2, 0)).toBeNull();
});

it('a map image is right if the test image is that it shows', () => {
  const flags = Uint8Array.of(1, 0, 0, 1, 1);
  const final = { correct: { dense: packBits(flags) } };
  const ready = (test: number, evaluationShare: number) => ({
    config: { ...DEFAULT_CONFIG, evaluationShare },
    data: {
      ...{ name: 'n', train: 4, test, bank: null, size: 8, stepsPerEpoch: 1 },
      ...{ classes: ['cat'], recipe: 'stl10' as const },
    },
    mapImages: { count: 3, pixels: new Uint8Array(0), labels: new Uint8Array(3) },
  });
  expect([...rightImages(ready(5, 1), final, 'dense')!]).toEqual([1, 0, 0]);
  // With limited evaluations, the maps show test images in the random order of the run's seed.
  const order = shuffled(5, stream(DEFAULT_CONFIG.seed, 'evaluation')).subarray(0, 3);
  expect([...order]).not.toEqual([0, 1, 2]);
  expect([...rightImages(ready(5, 0.1), final, 'dense')!]).toEqual(Array.from(order, (row) => flags[row]));
  expect(rightImages(ready(5, 1), final, 'gated')).toBeNull();
  expect(rightImages(ready(0, 1), final, 'dense')).toBeNull();
  expect(rightImages(ready(5, 1), null, 'dense')).toBeNull();
});

it('neighbours on a map are the nearest other images that have a place', () => {
  const xy = Float32Array.of(0, 0, 5, 0, 1, 0, Number.NaN, 0, 0, 2);
  expect(nearestOnMap(xy, 0, 3)).toEqual([2, 4, 1]);
  expect(nearestOnMap(xy, 0, 9)).toEqual([2, 4, 1]);
  expect(nearestOnMap(xy, 3, 9)).toEqual([]);
});

it('neighbours are those by features, or those on the map where no others are known', () => {
  const xy = Float32Array.of(0, 0, 5, 0, 1, 0, 3, 0);
  const maps = { dense: { epoch: 0, step: 1, projection: 'umap' as const, neighbours: 15, xy } };
  const mapNearest = { epoch: 0, step: 1, count: 3, branches: { gated: Uint16Array.of(1, 2, 0, 2, 1, 0) } };
  expect(neighboursOf({ maps, mapNearest }, 'gated', 1)).toEqual({ by: 'features', images: [0, 2] });
  expect(neighboursOf({ maps, mapNearest }, 'gated', 3)).toBeNull();
  expect(neighboursOf({ maps, mapNearest }, 'dense', 0)).toEqual({ by: 'map', images: [2, 3, 1] });
  expect(neighboursOf({ maps, mapNearest: null }, 'dense', 4)).toBeNull();
  expect(neighboursOf({ maps: {}, mapNearest: null }, 'dense', 0)).toBeNull();
});

it('an image has its own pixels, unless the run came without pictures', () => {
  const data = {
    ...{ name: 'n', train: 4, test: 2, bank: null, size: 1, stepsPerEpoch: 1 },
    ...{ classes: [], recipe: 'stl10' as const },
  };
  const images = (pixels: Uint8Array) => ({
    data,
    mapImages: { count: 2, pixels, labels: new Uint8Array(2) },
  });
  expect(pixelsOfImage(images(Uint8Array.of(1, 2, 3, 4, 5, 6)), 1)).toEqual(Uint8Array.of(4, 5, 6));
  expect(pixelsOfImage(images(Uint8Array.of(1, 2, 3, 4, 5, 6)), 2)).toBeNull();
  expect(pixelsOfImage(images(new Uint8Array(0)), 0)).toBeNull();
});

it('two images differ in the gates that one of them alone opens', () => {
  expect(gateDifference(gates, network.blocks, 0, 1)).toEqual({ differing: 1 + 3, all: 6 });
  expect(gateDifference(gates, network.blocks, 1, 1)).toEqual({ differing: 0, all: 6 });
});
