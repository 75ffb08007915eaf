import { create } from 'zustand';
import type { Branch } from '../metrics.ts';

/** What the user points at and has picked, shared by all panels. */
export interface Selection {
  /** Map image under the pointer, or kept by a click; its index among the map images. */
  readonly hovered: number | null;
  readonly pinned: number | null;
  /** Classes in focus; empty means all. */
  readonly classes: ReadonlySet<number>;
  /** Step under the charts' crosshair. */
  readonly crosshair: number | null;
  /** The map that a narrow page shows. */
  readonly branch: Branch;
  hover(image: number | null): void;
  /** Keeps an image, or lets go of it when it was kept already. */
  pin(image: number): void;
  toggleClass(label: number): void;
  clear(): void;
  moveCrosshair(step: number | null): void;
  showBranch(branch: Branch): void;
}

export const useSelection = create<Selection>()((set) => ({
  hovered: null,
  pinned: null,
  classes: new Set<number>(),
  crosshair: null,
  branch: 'gated',
  hover: (hovered) => set((state) => (state.hovered === hovered ? state : { hovered })),
  pin: (image) => set((state) => ({ pinned: state.pinned === image ? null : image })),
  toggleClass: (label) =>
    set(({ classes }) => {
      const next = new Set(classes);
      if (!next.delete(label)) next.add(label);
      return { classes: next };
    }),
  clear: () => set({ hovered: null, pinned: null, classes: new Set<number>(), crosshair: null }),
  moveCrosshair: (crosshair) => set((state) => (state.crosshair === crosshair ? state : { crosshair })),
  showBranch: (branch) => set({ branch }),
}));
