import { answerOf } from '../../link/workerLink.ts';
import type { MemoryNeed, MemoryRequest } from './memoryProtocol.ts';

/**
 * Plans a run's memory in a worker, because planning would block the page for too long.
 * @throws the signal's reason when aborted, Error when the worker breaks down
 */
export function plannedMemory(request: MemoryRequest, signal: AbortSignal): Promise<readonly MemoryNeed[]> {
  const worker = new Worker(new URL('../memory/memoryWorker.ts', import.meta.url), {
    type: 'module',
    name: 'memory',
  });
  return answerOf<MemoryRequest, readonly MemoryNeed[]>(worker, 'The planner of memory', signal, (link) =>
    link.send(request),
  );
}
