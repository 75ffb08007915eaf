import { create } from 'zustand';
import { remember, remembered } from '../../platform/remembered.ts';

const KEY = 'dualgate-drawer';

/** From this width the drawer stands beside the page; on narrower pages it lies over it. */
const BESIDE = '(min-width: 900px)';
/** From this width the drawer is open until the user closes it. */
const WIDE = '(min-width: 1200px)';

/** Whether the user left the drawer open; null if this is unknown. */
function stored(): boolean | null {
  const value = remembered(KEY);
  return value === null ? null : value === 'open';
}

export interface Drawer {
  readonly open: boolean;
  /** Whether it stands beside the page. Otherwise it is a dialog over the page. */
  readonly beside: boolean;
  show(open: boolean): void;
}

/** The drawer with the settings of the next run. On pages with room for it, it stays as the user left it. */
export const useDrawer = create<Drawer>()((set, get) => {
  const beside = matchMedia(BESIDE);
  beside.addEventListener('change', ({ matches }) =>
    set({ beside: matches, open: matches && (stored() ?? matchMedia(WIDE).matches) }),
  );
  return {
    open: beside.matches && (stored() ?? matchMedia(WIDE).matches),
    beside: beside.matches,
    show: (open) => {
      if (get().beside) remember(KEY, open ? 'open' : 'closed');
      set({ open });
    },
  };
});
