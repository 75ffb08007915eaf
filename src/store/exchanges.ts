import { create } from 'zustand';
import { Cancelled, exchange } from '../exchange/door/client.ts';
import type { ExchangeKind, Exchanges, Order } from '../exchange/door/protocol.ts';

/** A file that is being read or written. */
export interface Exchanging {
  readonly id: number;
  /** What is done with which file, for the user. */
  readonly says: string;
}

interface ExchangesState {
  readonly underWay: readonly Exchanging[];
  cancel(id: number): void;
}

/** Whatever is done sooner would only flash on the page. */
const SLOW_MS = 400;

const calledOff = new Map<number, AbortController>();
let last = 0;

/** The files that have been read or written for a while. */
export const useExchanges = create<ExchangesState>()(() => ({
  underWay: [],
  cancel: (id) => calledOff.get(id)?.abort(),
}));

/**
 * Reads or writes a file in a worker, with its name on the page and a way to call it off.
 * @param says what is done with which file, for the user
 * @throws Cancelled when the user called it off; else what is wrong, in words
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

/** What went wrong, for the user; null when the user called it off. */
export function reasonOf(error: unknown): string | null {
  if (error instanceof Cancelled) return null;
  return error instanceof Error ? error.message : String(error);
}
