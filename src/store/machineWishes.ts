import { create } from 'zustand';
import { remember, rememberedChoices } from '../platform/remembered.ts';

/** What of this computer is to be used. It belongs to the computer, not to a run. */
interface Choices {
  /** Whether the GPU that needs little power is wanted, where there are two. */
  readonly saving: boolean;
  /** Threads of the WASM engine; null for as many as fit this computer. */
  readonly threads: number | null;
}

export interface MachineWishes extends Choices {
  choose(change: Partial<Choices>): void;
}

const KEY = 'dualgate-machine';

/** More threads wait for each other and for memory more than they compute. */
export const MOST_THREADS = 64;

/** This browser remembers the choices, unless it refuses storage; then they last as long as the page. */
export const useMachineWishes = create<MachineWishes>()((set, get) => ({
  ...rememberedChoices(KEY, choicesIn),
  choose: (change) => {
    set(change);
    const { saving, threads } = get();
    remember(KEY, JSON.stringify({ saving, threads }));
  },
}));

/** The choices among stored values. What is missing or impossible is as on a first visit. */
export function choicesIn(value: unknown): Choices {
  const stored: { readonly saving?: unknown; readonly threads?: unknown } =
    typeof value === 'object' && value !== null ? value : {};
  const { saving, threads } = stored;
  return {
    saving: saving === true,
    threads: typeof threads === 'number' && isThreads(threads) ? threads : null,
  };
}

export function isThreads(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MOST_THREADS;
}

/** What is asked of the computer, as part of an order; empty for the fast GPU and all threads that fit. */
export function machineWanted(): { readonly power?: GPUPowerPreference; readonly threads?: number } {
  const { saving, threads } = useMachineWishes.getState();
  return {
    ...(saving && { power: 'low-power' as const }),
    ...(threads !== null && { threads }),
  };
}
