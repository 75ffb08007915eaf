import type { RunConfig } from '../../config.ts';
import type { Engine, EngineSetup } from '../../engine.ts';
import type { BackendPlaces } from '../../method/backend.ts';
import type { EngineChoice, EngineDecision, EngineInfo, SessionNews } from '../../run/protocol.ts';
import type { PoolPlaces } from '../../wasm/threads/places.ts';

/** The engine that is wanted, and the run that it is wanted for. */
export interface EngineOrder {
  readonly choice: EngineChoice;
  readonly config: RunConfig;
  readonly setup: EngineSetup;
  /** Which GPU is wanted where there are two; undefined: the fast one. */
  readonly power?: GPUPowerPreference | undefined;
  /** Threads of the WASM engine; as many as fit the computer if missing. */
  readonly threads?: number | undefined;
  /** The earlier result of `auto` on this software adapter. */
  readonly decided?: EngineDecision | undefined;
  tell(news: SessionNews): void;
}

/** Where engines find what they need. */
export interface EnginePlaces extends BackendPlaces {
  readonly pool: PoolPlaces;
}

export interface OpenedEngine {
  readonly engine: Engine;
  readonly info: EngineInfo;
}
