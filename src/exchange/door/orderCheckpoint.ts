import type { Checkpoint } from '../../run/checkpoint.ts';
import type { Order } from './protocol.ts';

/**
 * An order with what `change` makes of the checkpoint that goes into the file; as it is where none does. Its tensors
 * travel apart from the order (run/checkpointParts.ts): they are taken out on the one side and put back on the other.
 */
export function withCheckpoint(order: Order, change: (checkpoint: Checkpoint) => Checkpoint): Order {
  if (order.kind !== 'writeRun' && order.kind !== 'writePytorch') return order;
  const { further } = order.ask;
  if (further === null || !('input' in further) || further.checkpoint === null) return order;
  const changed = { ...further, checkpoint: change(further.checkpoint) };
  // Two returns of one form: each kind keeps its own type.
  if (order.kind === 'writeRun') return { ...order, ask: { ...order.ask, further: changed } };
  return { ...order, ask: { ...order.ask, further: changed } };
}
