import type { RunConfig } from '../../config.ts';
import type { EngineName } from '../../run/protocol.ts';

/** Page → memory worker; sent once. */
export interface MemoryRequest {
  readonly config: RunConfig;
  readonly engines: readonly EngineName[];
  readonly images: { readonly count: number; readonly size: number };
}

/** The memory that a run would keep on one engine, or the reason why that engine cannot run it. */
export type MemoryNeed = { readonly engine: EngineName } & (
  | { readonly bytes: number }
  | { readonly refusal: string }
);
