import { ALIGNMENT, Memory, type Span, type Storage } from '../../plan/memory.ts';
import type { Dispatch, Kernel } from '../kernels/kernel.ts';

/** Dispatches with their pipelines and bind groups, ready to be recorded again and again. */
export interface Program {
  readonly dispatches: readonly Dispatch[];
  /** Records the dispatches [from, to) into `pass`; every one unless they are given. */
  record(pass: GPUComputePassEncoder, from?: number, to?: number): void;
  /** Records the dispatch with this index alone. */
  recordOne(pass: GPUComputePassEncoder, index: number): void;
}

/** Counts of what was allocated and submitted since the device was wrapped. */
export interface GpuCounts {
  readonly buffers: number;
  /** Bytes of the buffers that exist now. */
  readonly bytes: number;
  readonly submits: number;
}

/** Pipelines by their code. Compiling takes seconds, so programs on one device share its pipelines. */
const compiled = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

function pipelinesOf(device: GPUDevice): Map<string, Promise<GPUComputePipeline>> {
  let pipelines = compiled.get(device);
  if (pipelines === undefined) {
    pipelines = new Map();
    compiled.set(device, pipelines);
  }
  return pipelines;
}

/**
 * A device with its pipelines. Everything that allocates or submits goes through here, so that it is counted.
 */
export class Gpu {
  private readonly pipelines: Map<string, Promise<GPUComputePipeline>>;
  /** Buffers by the storage that they were planned as. A buffer for reading back is its own key. */
  private readonly buffers = new Map<Storage | GPUBuffer, GPUBuffer>();
  private created = 0;
  private submitted = 0;

  /**
   * @param memory where buffers are planned; buffers that it already holds are created at their first use
   */
  constructor(
    readonly device: GPUDevice,
    readonly memory: Memory = new Memory(),
  ) {
    this.pipelines = pipelinesOf(device);
  }

  counts(): GpuCounts {
    let bytes = 0;
    for (const buffer of this.buffers.values()) bytes += buffer.size;
    return { buffers: this.created, bytes, submits: this.submitted };
  }

  /** A new buffer of `words` 32-bit words, all 0. */
  allocate(name: string, words: number, usage = 0): Span {
    return this.memory.allocate(name, words, usage);
  }

  write({ buffer, offset }: Span, data: ArrayBufferView<ArrayBuffer>): void {
    const { queue } = this.device;
    queue.writeBuffer(this.bufferOf(buffer), offset, data.buffer, data.byteOffset, data.byteLength);
  }

  /** A buffer that the CPU can map, for `bytes` that are read back repeatedly. */
  readback(bytes: number): GPUBuffer {
    const buffer = this.create('readback', bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    this.buffers.set(buffer, buffer);
    return buffer;
  }

  /** Records a copy of the start of `span` into a buffer from `readback`. */
  copy(commands: GPUCommandEncoder, span: Span, target: GPUBuffer, bytes = span.size): void {
    commands.copyBufferToBuffer(this.bufferOf(span.buffer), span.offset, target, 0, bytes);
  }

  /** Records a copy of `span` into `target`, which has the same size. */
  move(commands: GPUCommandEncoder, span: Span, target: Span): void {
    const [source, goal] = [this.bufferOf(span.buffer), this.bufferOf(target.buffer)];
    commands.copyBufferToBuffer(source, span.offset, goal, target.offset, span.size);
  }

  /** The contents of a part of a buffer. Waits for the GPU. */
  async read(span: Span): Promise<ArrayBuffer> {
    return (await this.readAll([span]))[0]!;
  }

  /** The contents of several parts of buffers, in one transfer, because every transfer waits for the GPU. */
  async readAll(spans: readonly Span[]): Promise<ArrayBuffer[]> {
    const target = this.readback(spans.reduce((sum, { size }) => sum + size, 0));
    const commands = this.device.createCommandEncoder();
    const starts: number[] = [];
    let end = 0;
    for (const span of spans) {
      const source = this.bufferOf(span.buffer);
      commands.copyBufferToBuffer(source, span.offset, target, end, span.size);
      starts.push(end);
      end += span.size;
    }
    this.submit(commands);
    await target.mapAsync(GPUMapMode.READ);
    const contents = target.getMappedRange();
    const parts = spans.map(({ size }, i) => contents.slice(starts[i]!, starts[i]! + size));
    this.free(target);
    return parts;
  }

  free(buffer: GPUBuffer): void {
    buffer.destroy();
    this.buffers.delete(buffer);
  }

  submit(commands: GPUCommandEncoder): void {
    this.device.queue.submit([commands.finish()]);
    this.submitted++;
  }

  /** Makes the pipelines, one buffer with the shape of every dispatch, and the bind groups. */
  async compile(dispatches: readonly Dispatch[]): Promise<Program> {
    const shapes = this.shapeBuffer(dispatches);
    const pipelines = await Promise.all(dispatches.map(({ kernel }) => this.pipeline(kernel)));
    const ready = dispatches.map(({ buffers, workgroups }, i) => {
      const pipeline = pipelines[i]!;
      const group = this.device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [shapes[i]!, ...buffers].map(({ buffer, offset, size }, binding) => ({
          binding,
          resource: { buffer: this.bufferOf(buffer), offset, size },
        })),
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
      record(pass, from = 0, to = ready.length) {
        for (let i = from; i < to; i++) recordOne(pass, i);
      },
    };
  }

  /** Frees every buffer. The device stays open, because others may use it. */
  dispose(): void {
    for (const buffer of this.buffers.values()) buffer.destroy();
    this.buffers.clear();
  }

  private shapeBuffer(dispatches: readonly Dispatch[]): Span[] {
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
    const all = this.allocate('shapes', words.length, GPUBufferUsage.UNIFORM);
    this.write(all, words);
    return places.map((place) => ({ buffer: all.buffer, ...place }));
  }

  private bufferOf(storage: Storage): GPUBuffer {
    let buffer = this.buffers.get(storage);
    if (buffer === undefined) {
      const { name, size, usage } = storage;
      const storing = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      buffer = this.create(name, size, storing | usage);
      this.buffers.set(storage, buffer);
    }
    return buffer;
  }

  private create(name: string, bytes: number, usage: number): GPUBuffer {
    this.created++;
    return this.device.createBuffer({ label: name, size: Math.ceil(bytes / 16) * 16, usage });
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
