import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, it } from 'vitest';
import type { EngineSetup } from '../engine.ts';
import { slimSetup } from '../method/slimmable.fixture.ts';
import { expectSteps, newDevice } from './engine.fixture.ts';

// Narrow widths run with the full filters behind BatchNorms that are 0 beyond their channels; the reference slices.

let device: GPUDevice;
beforeAll(async () => {
  await tf.setBackend('cpu');
  device = await newDevice();
});

const CASES: readonly (readonly [string, EngineSetup, number])[] = [
  ['the full width and a half', slimSetup({ slimForm: 'dual', slimWidth: 0.5 }), 0],
  ['a width of whole quads nowhere', slimSetup({ slimForm: 'dual', slimWidth: 0.55 }), 0],
];

describe('three steps, each from the reference engine’s state, equal its own', () => {
  it.each(CASES)('%s', (_, setup, first) => expectSteps(setup, device, first));
});
