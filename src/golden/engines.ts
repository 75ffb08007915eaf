/** An engine in Chromium: the compiled engine, or the reference on tfjs's WebGPU backend. */
export type BrowserEngine = 'webgpu-chromium' | 'tfjs-webgpu';

/**
 * An engine: the one on the processor (wasm), the reference on a backend of tfjs (cpu, tfjs-wasm) or the
 * compiled engine (webgpu), all in this process, or an engine in Chromium.
 */
export type GoldenEngine = 'wasm' | 'tfjs-wasm' | 'cpu' | 'webgpu' | BrowserEngine;

/** What an engine computes on is not on this machine, so nothing can be checked. */
export class NoDevice extends Error {
  override readonly name = 'NoDevice';
}
