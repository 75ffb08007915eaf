import { create } from 'zustand';
import { linkWithTab, TABS, type TabId, tabOfLink } from '../run/links/tabs.ts';
import { rewriteAddress } from './address.ts';

export { TABS, type TabId } from '../run/links/tabs.ts';

/** The place of the page that the user looks at. It is in the page's address, so that a reload keeps it. */
export interface Place {
  readonly tab: TabId;
  /** Shows a tab, and names it in the page's address. The browser's history gets no entry. */
  open(tab: TabId): void;
  /** Shows the tab that a link names. A link without one leaves the open tab as it is. */
  follow(hash: string): void;
}

export const usePlace = create<Place>()((set) => ({
  tab: tabOfLink(globalThis.location?.hash ?? '') ?? TABS[0],
  open: (tab) => {
    rewriteAddress((hash) => linkWithTab(hash, tab));
    set({ tab });
  },
  follow: (hash) => {
    const tab = tabOfLink(hash);
    if (tab !== null) set({ tab });
  },
}));
