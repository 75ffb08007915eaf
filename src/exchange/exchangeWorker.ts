import { type Checkpoint, checkpointBuffers } from '../session/checkpoint.ts';
import { Assembly } from '../session/checkpointParts.ts';
import { carryOut } from './carryOut.ts';
import type { FromWorker, Order, ToWorker } from './protocol.ts';

// The worker that reads or writes one file: text of hundreds of megabytes, which would halt the page for seconds.

const assembly = new Assembly();

function say(event: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(event, { transfer });
}

/** The order with the checkpoint that came before it in parts. */
function whole(order: Order): Order {
  if (order.kind !== 'writeRun') return order;
  const { further } = order.ask;
  if (further === null || !('input' in further) || further.checkpoint === null) return order;
  const checkpoint = assembly.whole(further.checkpoint);
  return { ...order, ask: { ...order.ask, further: { ...further, checkpoint } } };
}

/** Buffers of an answer that may change hands. */
function owned(answer: Awaited<ReturnType<typeof carryOut>>): ArrayBuffer[] {
  return answer !== null && 'engine' in answer && 'batches' in answer
    ? checkpointBuffers(answer satisfies Checkpoint)
    : [];
}

self.addEventListener('message', async ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'tensors') return assembly.add(data.tensors);
  try {
    const answer = await carryOut(whole(data));
    say({ kind: 'done', answer }, owned(answer));
  } catch (error) {
    say({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
  }
});
