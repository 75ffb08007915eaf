import type { RunConfig } from '../../config.ts';
import type { Engine, EngineSetup } from '../../engine.ts';
import type { EngineChoice, EngineDecision, EngineInfo, SessionNews } from '../../run/protocol.ts';

/** The engine that is wanted, and the run that it is wanted for. */
export interface EngineOrder {
  readonly choice: EngineChoice;
  readonly config: RunConfig;
  readonly setup: EngineSetup;
  /** The earlier result of `auto` on this software adapter. */
  readonly decided?: EngineDecision | undefined;
  tell(news: SessionNews): void;
}

export interface OpenedEngine {
  readonly engine: Engine;
  readonly info: EngineInfo;
}
