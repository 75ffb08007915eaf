import { nextTask } from '../../link/nextTask.ts';
import type { Checkpoint } from '../../run/checkpoint.ts';
import { hollow, PART_BYTES, partsOf } from '../../run/checkpointParts.ts';
import { withCheckpoint } from './orderCheckpoint.ts';
import type { ExchangeKind, Exchanges, FromWorker, Order, ToWorker } from './protocol.ts';

/** The user does not want the file any more. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/**
 * Has a worker of its own read or write one file, so that the page does not halt and the user can call it off.
 * @throws Cancelled when `signal` aborts; else Error in words
 */
export async function exchange<K extends ExchangeKind>(
  order: Extract<Order, { kind: K }>,
  signal: AbortSignal,
): Promise<Exchanges[K]['answer']> {
  if (signal.aborted) throw new Cancelled();
  const worker = new Worker(new URL('../exchangeWorker.ts', import.meta.url), {
    type: 'module',
    name: 'exchange',
  });
  try {
    const answer = new Promise<Exchanges[K]['answer']>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Cancelled()));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        reject(new Error(`The reader of files broke down: ${event.message || 'its script is not there'}.`));
      });
      worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === 'refused') reject(new Error(data.message));
        else resolve(data.answer as Exchanges[K]['answer']);
      });
    });
    // Its fault may come while the order is still being handed over.
    answer.catch(() => {});
    await handOver(worker, order);
    return await answer;
  } finally {
    worker.terminate();
  }
}

/** The tensors of a checkpoint go in parts, and the page attends to other things in between. */
async function handOver(worker: Worker, order: Order): Promise<void> {
  const post = (message: ToWorker, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
  let checkpoint: Checkpoint | null = null;
  const rest = withCheckpoint(order, (whole) => {
    checkpoint = whole;
    return hollow(whole);
  });
  for (const tensors of checkpoint === null ? [] : partsOf(checkpoint, PART_BYTES)) {
    post(
      { kind: 'tensors', tensors },
      tensors.map(({ values }) => values.buffer),
    );
    await nextTask();
  }
  post(rest);
}
