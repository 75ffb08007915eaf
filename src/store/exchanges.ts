import { create } from 'zustand';
import { Cancelled, exchange } from '../exchange/door/client.ts';
import type { ExchangeKind, Exchanges, Order } from '../exchange/door/protocol.ts';

/** A file that is being read or written. */
export interface Exchanging {
  readonly id: number;
  /** What is done with which file, in words for the user. */
  readonly says: string;
}

interface ExchangesState {
  readonly underWay: readonly Exchanging[];
  cancel(id: number): void;
}

/** Shorter work is not shown, because its line would only flash on the page. */
const SLOW_MS = 400;

const calledOff = new Map<number, AbortController>();
let last = 0;

/** The files whose reading or writing takes longer. */
export const useExchanges = create<ExchangesState>()(() => ({
  underWay: [],
  cancel: (id) => calledOff.get(id)?.abort(),
}));

/**
 * Reads or writes a file in a worker. The page shows its name and lets the user cancel.
 * @param says what is done with which file, in words for the user
 * @throws Cancelled when the user cancelled; otherwise an Error in words
 */
export async function exchanged<K extends ExchangeKind>(
  says: string,
  order: Extract<Order, { kind: K }>,
): Promise<Exchanges[K]['answer']> {
  const id = ++last;
  const controller = new AbortController();
  calledOff.set(id, controller);
  const timer = setTimeout(
    () => useExchanges.setState(({ underWay }) => ({ underWay: [...underWay, { id, says }] })),
    SLOW_MS,
  );
  try {
    return await exchange<K>(order, controller.signal);
  } finally {
    clearTimeout(timer);
    calledOff.delete(id);
    useExchanges.setState(({ underWay }) => ({ underWay: underWay.filter((one) => one.id !== id) }));
  }
}

/** The reason of a failure, for the user; null if the user cancelled. */
export function reasonOf(error: unknown): string | null {
  if (error instanceof Cancelled) return null;
  return error instanceof Error ? error.message : String(error);
}
