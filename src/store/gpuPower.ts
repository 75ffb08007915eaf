import { create } from 'zustand';
import { remember, rememberedChoices } from '../platform/remembered.ts';

/** Which of a computer's GPUs the browser is asked for. It belongs to the computer, not to a run. */
interface Choices {
  /** Whether the GPU that needs little power is wanted, where there are two. */
  readonly saving: boolean;
}

export interface GpuPower extends Choices {
  choose(change: Choices): void;
}

const KEY = 'dualgate-gpu-power';

/** This browser remembers the choice, unless it refuses storage; then it lasts as long as the page. */
export const useGpuPower = create<GpuPower>()((set) => ({
  ...rememberedChoices(KEY, choicesIn),
  choose: ({ saving }) => {
    set({ saving });
    remember(KEY, JSON.stringify({ saving }));
  },
}));

/** The choice among stored values. What is missing or impossible is as on a first visit: the fast GPU. */
export function choicesIn(value: unknown): Choices {
  const saving = typeof value === 'object' && value !== null && 'saving' in value && value.saving === true;
  return { saving };
}

/** What the browser is asked for, as part of an order; empty for the fast GPU, which is taken by itself. */
export function powerWanted(): { readonly power?: GPUPowerPreference } {
  return useGpuPower.getState().saving ? { power: 'low-power' } : {};
}
