import { create } from 'zustand';
import { askToKeep, mayBeDeleted } from '../../platform/privateFiles.ts';
import { remember } from '../../platform/remembered.ts';

/** Whether the browser promises to keep what it keeps of runs, even when the disk gets full. */
export interface Persistence {
  /**
   * What there is to say: nothing, the question, or that the browser has declined. The question is put until
   * the user has answered it once, in this visit or an earlier one.
   */
  readonly standing: 'nothing' | 'question' | 'declined';
  /** Finds out whether there is a question. Asks nothing. */
  look(): Promise<void>;
  /** Takes the user's answer. Asks the browser if it is yes. */
  answer(yes: boolean): Promise<void>;
}

const KEY = 'dualgate-asked-to-keep';

export const usePersistence = create<Persistence>()((set, get) => ({
  standing: 'nothing',
  look: async () => {
    if (get().standing !== 'nothing' || isAnswered()) return;
    // An answer may be given while the browser thinks.
    if ((await mayBeDeleted()) && !isAnswered()) set({ standing: 'question' });
  },
  answer: async (yes) => {
    remember(KEY, 'yes');
    set({ standing: 'nothing' });
    if (yes && !(await askToKeep())) set({ standing: 'declined' });
  },
}));

function isAnswered(): boolean {
  try {
    return (globalThis.localStorage?.getItem(KEY) ?? null) !== null;
  } catch {
    // A browser that refuses this storage would be asked in every visit.
    return true;
  }
}
