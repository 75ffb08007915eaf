import { beforeAll, expect, it } from 'vitest';
import { packStepScalars } from '../../plan/stepScalars.ts';
import { type TestGpu, testGpu } from '../engine/gpu.fixture.ts';
import { dispatch, kernel } from './kernel.ts';
import { STEP_STRUCT } from './stepStruct.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

const READ = `${STEP_STRUCT}
struct Shape { last: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> step: Step;
@group(0) @binding(2) var<storage, read_write> words: array<u32>;
@compute @workgroup_size(1) fn main() {
  words[0] = step.number;
  words[1] = step.seed0;
  words[2] = step.seed1;
  words[3] = bitcast<u32>(step.learningRate);
  words[4] = bitcast<u32>(step.aim);
  words[5] = bitcast<u32>(step.boundWidth);
  words[shape.last] = bitcast<u32>(step.termWeights[0]);
  words[shape.last + 1] = bitcast<u32>(step.termWeights[7]);
}`;

it('packs a step as the shaders read it', async () => {
  const packed = packStepScalars({
    step: 70_000,
    passSeeds: [0xffffffff, 2],
    learningRate: 0.1,
    aim: 0.3,
    boundWidth: 0.5,
    termWeights: [2.5, 1, 1, 1, 1, 1, 1, 0.25],
  });
  const words = on.poisoned(8);
  const buffers = [on.input(packed), words];
  await on.run([
    dispatch({ kernel: kernel('read', READ), shape: { last: 6 }, buffers, workgroups: [1, 1, 1] }),
  ]);
  const read = await on.gpu.read(words);
  const expected = [
    70_000,
    0xffffffff,
    2,
    ...new Uint32Array(Float32Array.of(0.1, 0.3, 0.5, 2.5, 0.25).buffer),
  ];
  expect([...new Uint32Array(read, 0, 8)]).toEqual(expected);
});
