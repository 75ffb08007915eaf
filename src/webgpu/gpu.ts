import type { Dispatch, Kernel, Slice } from './kernel.ts';

/** Offsets of bindings must be multiples of this on every device. */
const ALIGNMENT = 256;

/** Dispatches with their pipelines and bind groups, ready to be recorded again and again. */
export interface Program {
  readonly dispatches: readonly Dispatch[];
  /** Records every dispatch into `pass`. */
  record(pass: GPUComputePassEncoder): void;
  /** Records the dispatch with this index alone. */
  recordOne(pass: GPUComputePassEncoder, index: number): void;
}

/** What was allocated and submitted since the device was wrapped. */
export interface GpuCounts {
  readonly buffers: number;
  /** Bytes of the buffers that are alive. */
  readonly bytes: number;
  readonly submits: number;
}

/** A device with its pipelines. Everything that allocates or submits goes through here, so that it is counted. */
export class Gpu {
  private readonly pipelines = new Map<string, Promise<GPUComputePipeline>>();
  private readonly buffers = new Set<GPUBuffer>();
  private created = 0;
  private submitted = 0;

  constructor(readonly device: GPUDevice) {}

  counts(): GpuCounts {
    let bytes = 0;
    for (const buffer of this.buffers) bytes += buffer.size;
    return { buffers: this.created, bytes, submits: this.submitted };
  }

  /** A buffer of its own for `words` 32-bit words, zeroed. */
  allocate(label: string, words: number, usage = 0): Slice {
    const size = Math.max(4, words) * 4;
    const buffer = this.device.createBuffer({
      label,
      size: Math.ceil(size / 16) * 16,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST | usage,
    });
    return { buffer: this.own(buffer), offset: 0, size: buffer.size };
  }

  private own(buffer: GPUBuffer): GPUBuffer {
    this.created++;
    this.buffers.add(buffer);
    return buffer;
  }

  write(slice: Slice, data: ArrayBufferView<ArrayBuffer>): void {
    this.device.queue.writeBuffer(slice.buffer, slice.offset, data.buffer, data.byteOffset, data.byteLength);
  }

  /** A buffer that the CPU can map, for `bytes` that are read back again and again. */
  readback(bytes: number): GPUBuffer {
    return this.own(
      this.device.createBuffer({
        label: 'readback',
        size: Math.ceil(bytes / 16) * 16,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      }),
    );
  }

  /** The contents of a slice. Waits for the GPU. */
  async read(slice: Slice): Promise<ArrayBuffer> {
    const target = this.readback(slice.size);
    const commands = this.device.createCommandEncoder();
    commands.copyBufferToBuffer(slice.buffer, slice.offset, target, 0, slice.size);
    this.submit(commands);
    await target.mapAsync(GPUMapMode.READ);
    const copy = target.getMappedRange().slice(0, slice.size);
    this.free(target);
    return copy;
  }

  free(buffer: GPUBuffer): void {
    buffer.destroy();
    this.buffers.delete(buffer);
  }

  submit(commands: GPUCommandEncoder): void {
    this.device.queue.submit([commands.finish()]);
    this.submitted++;
  }

  /** Pipelines, one buffer with every dispatch's shape, and bind groups. */
  async compile(dispatches: readonly Dispatch[]): Promise<Program> {
    const shapes = this.shapeBuffer(dispatches);
    const pipelines = await Promise.all(dispatches.map(({ kernel }) => this.pipeline(kernel)));
    const ready = dispatches.map(({ buffers, workgroups }, i) => {
      const pipeline = pipelines[i]!;
      const group = this.device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [shapes[i]!, ...buffers].map((resource, binding) => ({ binding, resource })),
      });
      return { pipeline, group, workgroups };
    });
    const recordOne = (pass: GPUComputePassEncoder, index: number) => {
      const { pipeline, group, workgroups } = ready[index]!;
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups);
    };
    return {
      dispatches,
      recordOne,
      record(pass) {
        for (let i = 0; i < ready.length; i++) recordOne(pass, i);
      },
    };
  }

  /** Frees every buffer. The device stays: others may use it. */
  dispose(): void {
    for (const buffer of this.buffers) buffer.destroy();
    this.buffers.clear();
  }

  private shapeBuffer(dispatches: readonly Dispatch[]): Slice[] {
    const places: { offset: number; size: number }[] = [];
    let end = 0;
    for (const { shape } of dispatches) {
      const size = Math.ceil(Math.max(1, shape.length) / 4) * 16;
      places.push({ offset: end, size });
      end += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    }
    const words = new Uint32Array(end / 4);
    dispatches.forEach(({ shape }, i) => {
      words.set(shape, places[i]!.offset / 4);
    });
    const { buffer } = this.allocate('shapes', words.length, GPUBufferUsage.UNIFORM);
    this.device.queue.writeBuffer(buffer, 0, words);
    return places.map((place) => ({ buffer, ...place }));
  }

  private pipeline({ name, code }: Kernel): Promise<GPUComputePipeline> {
    let pipeline = this.pipelines.get(code);
    if (pipeline === undefined) {
      const module = this.device.createShaderModule({ label: name, code });
      pipeline = this.device
        .createComputePipelineAsync({ label: name, layout: 'auto', compute: { module, entryPoint: 'main' } })
        .catch(async (error: unknown) => {
          const { messages } = await module.getCompilationInfo();
          const found = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`).join('\n');
          throw new Error(`kernel ${name} was refused: ${found || (error as Error).message}`);
        });
      this.pipelines.set(code, pipeline);
    }
    return pipeline;
  }
}
