import { create } from 'zustand';

/** What the user wants while a run takes long, whatever run it is. */
interface Choices {
  /** Whether the screen stays on while a run trains and the page is seen. */
  readonly awake: boolean;
  /** Whether a notice outside of the page tells the end of a run that ended while nobody saw the page. */
  readonly notice: boolean;
}

export interface LongRuns extends Choices {
  choose(change: Partial<Choices>): void;
}

const KEY = 'dualgate-long-runs';
const FIRST: Choices = { awake: true, notice: false };

/** This browser remembers the choices, unless it refuses storage; then they last as long as the page. */
export const useLongRuns = create<LongRuns>()((set, get) => ({
  ...stored(),
  choose: (change) => {
    set(change);
    const { awake, notice } = get();
    try {
      globalThis.localStorage?.setItem(KEY, JSON.stringify({ awake, notice }));
    } catch {
      // Private windows and frames may refuse storage.
    }
  },
}));

function stored(): Choices {
  try {
    const text = globalThis.localStorage?.getItem(KEY);
    return text ? choicesIn(JSON.parse(text)) : FIRST;
  } catch {
    return FIRST;
  }
}

/** The choices among stored values. What is missing or impossible is as on a first visit. */
export function choicesIn(value: unknown): Choices {
  const found = new Map<string, unknown>(typeof value === 'object' && value ? Object.entries(value) : []);
  const flag = (key: keyof Choices) => {
    const kept = found.get(key);
    return typeof kept === 'boolean' ? kept : FIRST[key];
  };
  return { awake: flag('awake'), notice: flag('notice') };
}
