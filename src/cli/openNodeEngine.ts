import type { EngineOrder, OpenedEngine } from '../session/engines/engineOrder.ts';
import { openEngine } from '../session/engines/engines.ts';
import { enginePlaces } from './places.ts';

/** Why `auto` is WebAssembly here, as the run's file and the terminal say it. */
const AUTO = 'Commands take it where no engine is named, and look for no GPU; --engine webgpu does.';

/**
 * The engine of a command that trains. `auto` never looks for a GPU in Node: the same command then takes the
 * same engine on every machine, so that the runs of a sweep can be compared wherever its parts were trained.
 * @throws RunFailure as openEngine does
 */
export async function openNodeEngine(order: EngineOrder): Promise<OpenedEngine> {
  const places = enginePlaces();
  if (order.choice !== 'auto') return openEngine(order, places);
  const { engine, info } = await openEngine({ ...order, choice: 'wasm' }, places);
  return { engine, info: { ...info, reason: AUTO } };
}
