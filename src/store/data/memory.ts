import type { RunConfig } from '../../config.ts';
import { checkConfig } from '../../fields.ts';
import type { EngineName } from '../../run/protocol.ts';
import { plannedMemory } from '../../session/door/memoryClient.ts';
import type { MemoryNeed, MemoryRequest } from '../../session/door/memoryProtocol.ts';
import type { EngineChoice, Settings } from '../settings.ts';
import { guessOf, sideOf } from './source.ts';

export type { MemoryNeed } from '../../session/door/memoryProtocol.ts';

/** The engines that a choice may come to. */
function candidates(choice: EngineChoice): readonly EngineName[] {
  return choice === 'auto' ? ['webgpu', 'wasm'] : [choice];
}

/**
 * The memory of a run of these settings, for every engine that it may come to and whose memory is known beforehand;
 * null for settings that cannot run, and for images that only reading would count. Plans in a worker: it takes longer than a page may halt.
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

/** What decides the memory of a run: a change of anything else asks for no new plan. */
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
