import { nextTask } from '../../link/nextTask.ts';
import { answerOf, type WorkerLink } from '../../link/workerLink.ts';
import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import { CheckpointHandOver, withoutTensors } from '../../run/checkpoint/checkpointParts.ts';
import { withCheckpoint } from './orderCheckpoint.ts';
import type { ExchangeKind, Exchanges, FromWorker, Order, ToWorker } from './protocol.ts';

/** The user cancelled the work on a file. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/**
 * Lets a new worker read or write one file, so that the page stays responsive and the user can cancel.
 * @throws Cancelled when `signal` aborts; otherwise Error in words
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
  const said = await answerOf<ToWorker, FromWorker>(worker, 'The reader of files', signal, (link) =>
    give(link, order),
  ).catch((error: unknown) => {
    throw signal.aborted ? new Cancelled() : error;
  });
  if (said.kind === 'refused') throw new Error(said.message);
  return said.answer as Exchanges[K]['answer'];
}

/**
 * Gives the order. A checkpoint's tensors are sent first, in parts, and the page can do other work in
 * between.
 */
async function give(link: WorkerLink<ToWorker, FromWorker>, order: Order): Promise<void> {
  let checkpoint: Checkpoint | null = null;
  const rest = withCheckpoint(order, (whole) => {
    checkpoint = whole;
    return withoutTensors(whole);
  });
  if (checkpoint === null) return link.send(rest);
  const handOver = new CheckpointHandOver(checkpoint, {
    part: (tensors, buffers) => link.send({ kind: 'tensors', tensors }, buffers),
    rest: () => link.send(rest),
  });
  while (!handOver.next()) await nextTask();
}
