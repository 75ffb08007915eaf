import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import type { Order } from './protocol.ts';

/**
 * An order whose checkpoint is replaced by what `change` makes of it. An order without a checkpoint stays as
 * it is. The tensors travel apart from the order (run/checkpoint/checkpointParts.ts): the sender takes them
 * out, and the receiver puts them back.
 */
export function withCheckpoint(order: Order, change: (checkpoint: Checkpoint) => Checkpoint): Order {
  if (order.kind !== 'writeRun' && order.kind !== 'writePytorch') return order;
  const { further } = order.ask;
  if (further === null || !('input' in further) || further.checkpoint === null) return order;
  const changed = { ...further, checkpoint: change(further.checkpoint) };
  // Both returns look alike, but each keeps the type of its own kind.
  if (order.kind === 'writeRun') return { ...order, ask: { ...order.ask, further: changed } };
  return { ...order, ask: { ...order.ask, further: changed } };
}
