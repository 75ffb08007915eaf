import type { Engine, EngineSetup } from '../engine.ts';
import {
  type BackendName,
  type BackendPlaces,
  findAdapter,
  isFallback,
  useBackend,
} from '../method/backend.ts';
import { runSelfTest } from '../method/selfTest.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { RunFailure } from './failure.ts';
import type { EngineChoice, EngineInfo } from './protocol.ts';

interface Choice {
  readonly name: BackendName;
  /** Why, in a sentence for the device card. */
  readonly reason: string;
}

/**
 * Opens the chosen engine, after its self-test. `auto` takes WebGPU on a real adapter and WASM otherwise, and goes
 * on to WASM, saying so, if WebGPU computes wrongly. An engine that the user asked for is never replaced.
 * @throws RunFailure when the engine cannot be had or fails its self-test
 */
export async function openEngine(
  choice: EngineChoice,
  setup: EngineSetup,
  places: BackendPlaces,
): Promise<{ engine: Engine; info: EngineInfo }> {
  const preferred = choice === 'auto' ? await preferredBackend() : { name: choice, reason: 'Chosen by you.' };
  try {
    return await openTested(preferred, setup, places);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (choice !== 'auto' || preferred.name === 'wasm') {
      throw new RunFailure(
        'engine',
        why,
        'Choose another engine in the settings (WASM runs in every browser).',
      );
    }
    return openTested({ name: 'wasm', reason: `WebGPU was tried and refused: ${why}` }, setup, places);
  }
}

async function openTested(
  { name, reason }: Choice,
  setup: EngineSetup,
  places: BackendPlaces,
): Promise<{ engine: Engine; info: EngineInfo }> {
  const { details } = await useBackend(name, places);
  const selfTest = await runSelfTest();
  if (!selfTest.passed) {
    throw new Error(
      `The ${name} engine computes wrongly here: its self-test is off by ${selfTest.worstError.toExponential(1)} (limit ${selfTest.tolerance})`,
    );
  }
  const { worstError, ms } = selfTest;
  return { engine: new TfjsEngine(setup), info: { name, reason, details, selfTest: { worstError, ms } } };
}

async function preferredBackend(): Promise<Choice> {
  const adapter = await findAdapter();
  if (adapter === null) return { name: 'wasm', reason: 'There is no WebGPU adapter here.' };
  if (isFallback(adapter)) {
    return {
      name: 'wasm',
      reason: 'The WebGPU adapter is a software one; WASM is faster on the same processor.',
    };
  }
  return { name: 'webgpu', reason: 'A hardware WebGPU adapter is there.' };
}
