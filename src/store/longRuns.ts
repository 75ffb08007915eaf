import { create } from 'zustand';
import { remember, rememberedChoices } from '../platform/remembered.ts';
import type { Pace } from '../run/protocol.ts';

/** What the user wants while a run takes long, whatever run it is. */
interface Choices {
  /** Whether the screen stays on while a run trains and the page is seen. */
  readonly awake: boolean;
  /** Whether a notice outside of the page tells the end of a run that ended while nobody saw the page. */
  readonly notice: boolean;
  /** How fast runs train. */
  readonly pace: Pace;
}

export interface LongRuns extends Choices {
  choose(change: Partial<Choices>): void;
}

const KEY = 'dualgate-long-runs';
const FIRST: Choices = { awake: true, notice: false, pace: 'full' };

/** This browser remembers the choices, unless it refuses storage; then they last as long as the page. */
export const useLongRuns = create<LongRuns>()((set, get) => ({
  ...rememberedChoices(KEY, choicesIn),
  choose: (change) => {
    set(change);
    remember(KEY, JSON.stringify(choicesIn(get())));
  },
}));

/** The choices among stored values. What is missing or impossible is as on a first visit. */
export function choicesIn(value: unknown): Choices {
  const found = new Map<string, unknown>(typeof value === 'object' && value ? Object.entries(value) : []);
  const flag = (key: 'awake' | 'notice') => {
    const kept = found.get(key);
    return typeof kept === 'boolean' ? kept : FIRST[key];
  };
  const pace = found.get('pace') === 'gentle' ? 'gentle' : FIRST.pace;
  return { awake: flag('awake'), notice: flag('notice'), pace };
}
