import { answerOf } from '../../link/workerLink.ts';
import type { LayoutAnswer, LayoutOrder } from './layoutProtocol.ts';

/**
 * Looks in a worker whether files can be read in more than one way, because archives must be walked for it.
 * @throws the signal's reason when aborted, Error when the worker breaks down
 */
export async function layoutAnswer(
  { name, train, test }: LayoutOrder,
  signal: AbortSignal,
): Promise<LayoutAnswer> {
  const worker = new Worker(new URL('../views/layoutWorker.ts', import.meta.url), {
    type: 'module',
    name: 'layout',
  });
  return answerOf<LayoutOrder, LayoutAnswer>(worker, 'The reader of folders', signal, (link) =>
    link.send({ train, test, ...(name !== undefined && { name }) }),
  );
}
