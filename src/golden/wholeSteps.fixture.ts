import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { checkFiles } from './registry.ts';
import { TFJS } from './tfjs/underTest.ts';

const NAMES = ['e_weights.json', 'e_dual_step.json', 'e_variants.json', 'f_three_steps.json'];

/** Sections e and f on tfjs's present backend: all rows pass, and no tensor is left. */
export async function expectWholeSteps(): Promise<void> {
  const before = tf.memory().numTensors;
  const files = NAMES.map((name) => ({
    name,
    text: readFileSync(new URL(`./vectors/${name}`, import.meta.url), 'utf8'),
  }));
  const rows = await checkFiles(files, 'test', TFJS);
  expect(new Set(rows.map(({ file }) => file))).toEqual(new Set(NAMES));
  expect(rows.filter(({ passed }) => !passed).map(({ check }) => check)).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
}
