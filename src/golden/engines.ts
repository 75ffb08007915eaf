/** An engine in Chromium: the compiled engine, or the reference on tfjs's WebGPU backend. */
export type BrowserEngine = 'webgpu-chromium' | 'tfjs-webgpu';

/**
 * An engine: the reference on a backend of tfjs or the compiled engine, both in this process, or an engine in
 * Chromium.
 */
export type GoldenEngine = 'wasm' | 'cpu' | 'webgpu' | BrowserEngine;
