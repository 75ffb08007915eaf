import type { Gpu, Program } from './gpu.ts';

/** The time of one kernel on one layer, summed over its dispatches in a step. */
export interface KernelTime {
  /** Name of the kernel's .wgsl file. */
  readonly kernel: string;
  readonly of: string;
  readonly ms: number;
  readonly dispatches: number;
}

/** Bytes of a timestamp. */
const STAMP = 8;

/**
 * Times every dispatch of a program by timestamp queries. Each dispatch has its own pass, so that none
 * overlap. Browsers may round timestamps to 100 µs.
 * @throws Error when the device was opened without 'timestamp-query'
 */
export async function profile(gpu: Gpu, program: Program): Promise<KernelTime[]> {
  const { device } = gpu;
  if (!device.features.has('timestamp-query')) {
    throw new Error(
      'profile: needs a device with timestamp-query, which this adapter or browser does not give',
    );
  }
  const count = 2 * program.dispatches.length;
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const resolved = device.createBuffer({
    size: count * STAMP,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const readback = gpu.readback(count * STAMP);
  const commands = device.createCommandEncoder();
  program.dispatches.forEach((_, i) => {
    const pass = commands.beginComputePass({
      timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
    });
    program.recordOne(pass, i);
    pass.end();
  });
  commands.resolveQuerySet(querySet, 0, count, resolved, 0);
  commands.copyBufferToBuffer(resolved, 0, readback, 0, count * STAMP);
  gpu.submit(commands);
  await readback.mapAsync(GPUMapMode.READ);
  const stamps = new BigUint64Array(readback.getMappedRange().slice(0, count * STAMP));
  gpu.free(readback);
  resolved.destroy();
  querySet.destroy();
  return summed(program, (i) => Number(stamps[2 * i + 1]! - stamps[2 * i]!) / 1e6);
}

function summed({ dispatches }: Program, msOf: (index: number) => number): KernelTime[] {
  const sums = new Map<string, KernelTime>();
  dispatches.forEach(({ kernel, of = '' }, i) => {
    const key = `${kernel.name} ${of}`;
    const sum = sums.get(key);
    sums.set(key, {
      kernel: kernel.name,
      of,
      ms: msOf(i) + (sum?.ms ?? 0),
      dispatches: 1 + (sum?.dispatches ?? 0),
    });
  });
  return [...sums.values()];
}
