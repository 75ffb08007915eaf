import { beforeAll, expect, it, vi } from 'vitest';
import { dispatch, kernel } from '../kernels/kernel.ts';
import { type TestGpu, testGpu } from './gpu.fixture.ts';
import { Gpu } from './gpu.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

const SHAPE = 'struct Shape { count: u32, } @group(0) @binding(0) var<uniform> shape: Shape;';

const DOUBLE = `${SHAPE}
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < shape.count) { x[id.x] = #{FACTOR} * x[id.x]; }
}`;

it('runs dispatches in order, on the shapes that each was given, and counts what it made', async () => {
  const x = on.input(Float32Array.of(1, 2, 3));
  const before = on.gpu.counts();
  const times = (factor: number, count: number) =>
    dispatch({
      kernel: kernel('times', DOUBLE, { FACTOR: factor }),
      shape: { count },
      buffers: [x],
      workgroups: [1, 1, 1],
    });
  await on.run([times(2, 3), times(3, 1)]);
  expect(await on.floats(x, 3)).toEqual(Float32Array.of(6, 4, 6));
  expect(on.gpu.counts().submits - before.submits).toBe(2);
  expect(on.gpu.counts().bytes - before.bytes).toBe(512);
});

it('compiles a kernel once for all programs of a device', async () => {
  const code = kernel('times', DOUBLE, { FACTOR: 7 });
  const create = vi.spyOn(on.gpu.device, 'createComputePipelineAsync');
  for (const gpu of [new Gpu(on.gpu.device), new Gpu(on.gpu.device)]) {
    const x = gpu.allocate('x', 4);
    await gpu.compile([dispatch({ kernel: code, shape: { count: 4 }, buffers: [x], workgroups: [1, 1, 1] })]);
    gpu.dispose();
  }
  expect(create).toHaveBeenCalledTimes(1);
  create.mockRestore();
});

it('says what is wrong with a kernel', async () => {
  const broken = kernel('broken', `${SHAPE} fn main( {`);
  const refused = dispatch({ kernel: broken, shape: { count: 1 }, buffers: [], workgroups: [1, 1, 1] });
  await expect(on.gpu.compile([refused])).rejects.toThrow(/kernel broken was refused: line 1/);
});
