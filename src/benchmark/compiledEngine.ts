import type { Engine, EngineSetup } from '../engine.ts';
import type { Gpu } from '../webgpu/gpu.ts';

/** What an engine has asked of its device, counted since it was opened. */
export interface EngineCounts {
  readonly dispatches: number;
  readonly submits: number;
  readonly buffersCreated: number;
  /** Bytes of the buffers that are alive now. */
  readonly memoryBytes: number;
  /** Time that JavaScript spent on recording and submitting steps, milliseconds. */
  readonly encodeMs: number;
}

/** Time of one kernel on one thing in a step. */
export interface KernelTime {
  /** Name of its .wgsl. */
  readonly kernel: string;
  /** What it works on, e.g. the layer. */
  readonly of: string;
  readonly ms: number;
  readonly dispatches: number;
}

/** An engine that records its whole step as GPU commands, and can say what they cost. */
export interface CompiledEngine extends Engine {
  counts(): EngineCounts;
  /** One step, kernel by kernel: slower than a step, since each is waited for. */
  profile(): Promise<readonly KernelTime[]>;
}

/** The engine under test with the device that it computes on. */
export interface OpenedEngine {
  readonly engine: CompiledEngine;
  readonly gpu: Gpu;
  readonly adapter: BenchAdapter;
}

export interface BenchAdapter {
  readonly name: string;
  /** Rendered by the CPU: a step of stock tfjs takes half a minute there. */
  readonly software: boolean;
}

export type OpenEngine = (setup: EngineSetup) => Promise<OpenedEngine>;
