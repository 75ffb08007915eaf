import { create } from 'zustand';

const KEY = 'dualgate-drawer';

/** From this width the drawer stands beside the page; on narrower pages it lies over it. */
const BESIDE = '(min-width: 900px)';
/** From this width the drawer is open until the user closes it. */
const WIDE = '(min-width: 1200px)';

/** Whether the user left the drawer open; null if this is unknown, or the browser refuses storage. */
function stored(): boolean | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === null ? null : value === 'open';
  } catch {
    return null;
  }
}

function store(open: boolean): void {
  try {
    localStorage.setItem(KEY, open ? 'open' : 'closed');
  } catch {
    // Storage may be refused: see `stored`.
  }
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
      if (get().beside) store(open);
      set({ open });
    },
  };
});
