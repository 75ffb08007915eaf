import type { MemoryNeed, MemoryRequest } from '../door/memoryProtocol.ts';
import { estimateMemory } from './memory.ts';

// The worker that plans the memory of one run.

async function need(
  { config, images }: MemoryRequest,
  engine: MemoryNeed['engine'],
): Promise<MemoryNeed | null> {
  try {
    const bytes = await estimateMemory(config, engine, images);
    return bytes === null ? null : { engine, bytes };
  } catch (error) {
    return { engine, refusal: error instanceof Error ? error.message : String(error) };
  }
}

self.addEventListener('message', async ({ data }: MessageEvent<MemoryRequest>) => {
  const needs = await Promise.all(data.engines.map((engine) => need(data, engine)));
  self.postMessage(needs.filter((known) => known !== null));
});
