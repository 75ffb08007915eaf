import type { RunConfig } from '../../config.ts';
import type { EngineName } from '../../run/protocol.ts';

/** Page → memory worker, once. */
export interface MemoryRequest {
  readonly config: RunConfig;
  readonly engines: readonly EngineName[];
  readonly images: { readonly count: number; readonly size: number };
}

/** What a run would keep in memory on one engine, or why that engine cannot run it. */
export type MemoryNeed = { readonly engine: EngineName } & (
  | { readonly bytes: number }
  | { readonly refusal: string }
);
