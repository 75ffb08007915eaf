import { type Checkpoint, checkpointBuffers } from '../run/checkpoint/checkpoint.ts';
import { CheckpointAssembly } from '../run/checkpoint/checkpointParts.ts';
import { carryOut } from './carryOut.ts';
import { withCheckpoint } from './door/orderCheckpoint.ts';
import type { FromWorker, ToWorker } from './door/protocol.ts';

// This worker reads or writes one file. Text of hundreds of megabytes would block the page for seconds.

const assembly = new CheckpointAssembly();

function say(event: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(event, { transfer });
}

/** Buffers of an answer that can be transferred to the page. */
function owned(answer: Awaited<ReturnType<typeof carryOut>>): ArrayBuffer[] {
  return answer !== null && 'engine' in answer && 'batches' in answer
    ? checkpointBuffers(answer satisfies Checkpoint)
    : [];
}

self.addEventListener('message', async ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'tensors') return assembly.add(data.tensors);
  try {
    const answer = await carryOut(withCheckpoint(data, (rest) => assembly.whole(rest)));
    say({ kind: 'done', answer }, owned(answer));
  } catch (error) {
    say({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
  }
});
