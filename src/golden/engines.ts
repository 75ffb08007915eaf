/** An engine in a browser: the compiled engine, or the reference on tfjs's WebGPU backend. */
export type BrowserEngine = 'webgpu' | 'tfjs-webgpu';

/** An engine: the reference on a backend of tfjs in this process, or an engine in a browser. */
export type GoldenEngine = 'wasm' | 'cpu' | BrowserEngine;
