import type { Engine, EngineSetup } from '../engine.ts';
import type { WebGpuEngine } from '../webgpu/engine/engine.ts';
import type { Gpu } from '../webgpu/engine/gpu.ts';

/** An engine that records its whole step as GPU commands, and can tell what they cost. */
export type CompiledEngine = Engine & Pick<WebGpuEngine, 'counts' | 'profile'>;

/** The engine under test, with the device that it uses. */
export interface OpenedEngine {
  readonly engine: CompiledEngine;
  readonly gpu: Gpu;
  readonly adapter: BenchAdapter;
}

export interface BenchAdapter {
  readonly name: string;
  /** Whether the CPU renders. A step of stock tfjs takes half a minute there. */
  readonly software: boolean;
}

/** Opens an engine for steps of `batch` images. */
export type OpenEngine = (setup: EngineSetup, batch: number) => Promise<OpenedEngine>;
