import type { RunConfig } from '../config.ts';
import type { Engine, EngineSetup } from '../engine.ts';
import type { EngineChoice, EngineDecision, EngineInfo, SessionNews } from '../run/protocol.ts';

/** An engine that is wanted. */
export interface EngineOrder {
  readonly choice: EngineChoice;
  readonly config: RunConfig;
  readonly setup: EngineSetup;
  /** What `auto` came to on this software adapter before. */
  readonly decided?: EngineDecision | undefined;
  tell(news: SessionNews): void;
}

export interface OpenedEngine {
  readonly engine: Engine;
  readonly info: EngineInfo;
}
