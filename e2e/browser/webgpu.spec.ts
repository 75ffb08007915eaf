import { expect, test } from '@playwright/test';

/**
 * Doubles 70 numbers on the GPU, or says why it cannot. Runs in the page, and as a worker's whole program.
 */
async function doubleOnGpu(): Promise<number[] | string> {
  if (!navigator.gpu) return 'navigator.gpu is not there';
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) return 'requestAdapter() gave null';
  const device = await adapter.requestDevice();
  const faults: string[] = [];
  device.onuncapturederror = ({ error }) => faults.push(error.message);
  const input = Float32Array.from({ length: 70 }, (_, i) => i - 3.5);
  const numbers = device.createBuffer({
    size: input.byteLength,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  const result = device.createBuffer({
    size: input.byteLength,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(numbers, 0, input);
  const code = `
    @group(0) @binding(0) var<storage, read_write> x: array<f32>;
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x < arrayLength(&x)) { x[id.x] = 2 * x[id.x]; }
    }`;
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
  });
  const commands = device.createCommandEncoder();
  const pass = commands.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: numbers } }],
    }),
  );
  pass.dispatchWorkgroups(2);
  pass.end();
  commands.copyBufferToBuffer(numbers, 0, result, 0, input.byteLength);
  device.queue.submit([commands.finish()]);
  await result.mapAsync(GPUMapMode.READ);
  const doubled = [...new Float32Array(result.getMappedRange())];
  device.destroy();
  return faults.length > 0 ? faults.join('\n') : doubled;
}

const DOUBLED = Array.from({ length: 70 }, (_, i) => 2 * (i - 3.5));
const ADVICE =
  'WebGPU must work in this Chromium (--enable-unsafe-webgpu); without it nothing here tests the GPU';

test.beforeEach(async ({ page }) => {
  await page.goto('./');
});

test('WebGPU computes in the page', async ({ page }) => {
  expect(await page.evaluate(doubleOnGpu), ADVICE).toEqual(DOUBLED);
});

/** The worker's program is made here: a script that the built site's own policy refuses. */
test.describe('without the policy of the site', () => {
  test.use({ bypassCSP: true });

  test('WebGPU computes in a module worker', async ({ page }) => {
    const answer = await page.evaluate((program) => {
      const code = `self.postMessage(await (${program})());`;
      const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
      const worker = new Worker(url, { type: 'module' });
      return new Promise<unknown>((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve(message);
      });
    }, doubleOnGpu.toString());
    expect(answer, ADVICE).toEqual(DOUBLED);
  });
});
