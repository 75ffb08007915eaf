import { beforeAll, expect, it } from 'vitest';
import { type TestGpu, testGpu } from '../webgpu/engine/gpu.fixture.ts';
import { dispatch, kernel } from '../webgpu/kernels/kernel.ts';
import { countCommands } from './commandCounts.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

const INCREMENT = `
struct Shape { count: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < shape.count) { x[id.x] += 1; }
}`;

it('counts dispatches, submits and buffers of a device, and nothing after it stopped', async () => {
  const counter = countCommands(on.gpu.device);
  const x = on.input(Float32Array.of(1, 2));
  const increment = dispatch({
    kernel: kernel('increment', INCREMENT),
    shape: { count: 2 },
    buffers: [x],
    workgroups: [1, 1, 1],
  });
  await on.run([increment, increment, increment]);
  // The data and the shapes.
  expect(counter.counts()).toEqual({ dispatches: 3, submits: 1, buffersCreated: 2 });
  counter.stop();
  await on.run([increment]);
  expect(counter.counts()).toEqual({ dispatches: 3, submits: 1, buffersCreated: 2 });
  expect(await on.floats(x, 2)).toEqual(Float32Array.of(5, 6));
});
