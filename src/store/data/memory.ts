import type { RunConfig } from '../../config.ts';
import { checkConfig } from '../../fields.ts';
import type { EngineName } from '../../run/protocol.ts';
import { plannedMemory } from '../../session/door/memoryClient.ts';
import type { MemoryNeed, MemoryRequest } from '../../session/door/memoryProtocol.ts';
import type { EngineChoice, Settings } from '../settings.ts';
import { guessOf, sideOf } from './source.ts';

export type { MemoryNeed } from '../../session/door/memoryProtocol.ts';

/** The engines that a choice can lead to. */
function candidates(choice: EngineChoice): readonly EngineName[] {
  return choice === 'auto' ? ['webgpu', 'wasm'] : [choice];
}

/**
 * The memory of a run with these settings, for every engine that it may use and whose memory is known in
 * advance. Null for settings that cannot run, and for images whose number is only known after reading. The
 * worker plans it, because planning would block the page for too long.
 * @throws the signal's reason when aborted, Error when the worker breaks down
 */
export function memoryNeeds(
  { config, source, engine }: Pick<Settings, 'config' | 'source' | 'engine'>,
  signal: AbortSignal,
): Promise<readonly MemoryNeed[] | null> {
  const count = guessOf(source).train;
  if (count === null || count === 0 || checkConfig(config).length > 0) return Promise.resolve(null);
  const images = { count, size: sideOf(source) };
  const request: MemoryRequest = { config, engines: candidates(engine), images };
  return plannedMemory(request, signal);
}

/** Everything that decides the memory of a run. A change of anything else needs no new plan. */
export function memoryKey({
  config,
  source,
  engine,
}: Pick<Settings, 'config' | 'source' | 'engine'>): string {
  const { system, width, stem, stemPadding, separateBn, projector, batch }: RunConfig = config;
  const { train } = guessOf(source);
  const network = [system, width, stem, stemPadding, separateBn, projector];
  return [...network, batch, train, sideOf(source), engine].join();
}
