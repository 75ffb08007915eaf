import { create } from 'zustand';
import type { Branch } from '../../metrics.ts';

/** Two sets of map images to compare. */
export type Group = 'a' | 'b';

/** What the colour of an image on the maps says. A gate is one channel of one block, both by index. */
export type Coloring =
  | { readonly kind: 'class' | 'right' | 'macs' }
  | { readonly kind: 'gate'; readonly block: number; readonly channel: number };

/** Two steps, the earlier one first. */
export type StepRange = readonly [number, number];

/** What the user points at and has selected. All panels share it. */
export interface Selection {
  /**
   * The map image under the pointer, and the one that a click has pinned: their indices among the map images.
   */
  readonly hovered: number | null;
  readonly pinned: number | null;
  /** The image that is kept to be compared with the pinned one. */
  readonly against: number | null;
  /** Classes in focus; empty means all. */
  readonly classes: ReadonlySet<number>;
  /** The step that the pointer or the keys choose in a chart. */
  readonly pointed: number | null;
  /** The step that all figures show; null for the present. */
  readonly lookedAt: number | null;
  /** The first and the last step that the charts show; null for all. */
  readonly zoom: StepRange | null;
  readonly coloring: Coloring;
  /** The map that a narrow page shows. */
  readonly branch: Branch;
  /** The branch whose map is shown beside the dense one, if there are several; null for the first. */
  readonly beside: Branch | null;
  /** Whether dragging over a map collects images. */
  readonly lassoing: boolean;
  /** The group that the next lasso fills. */
  readonly filling: Group;
  /** The two groups. No image is in both. */
  readonly groups: Readonly<Record<Group, ReadonlySet<number>>>;
  hover(image: number | null): void;
  /** Pins an image, or releases it if it is pinned already. */
  pin(image: number): void;
  /** Keeps an image to compare the pinned one with, or releases it. Without a pinned image, pins it. */
  compare(image: number): void;
  toggleClass(label: number): void;
  /** Releases images, classes, groups, the lasso, the crosshair and the zoom. */
  clear(): void;
  /** Points at a step in a chart. Null gives the crosshair back to the step that is looked back at. */
  moveCrosshair(step: number | null): void;
  /** Tells the step that figures show. */
  lookAt(step: number | null): void;
  zoomTo(steps: StepRange | null): void;
  colorBy(coloring: Coloring): void;
  showBranch(branch: Branch): void;
  putBeside(branch: Branch): void;
  toggleLasso(): void;
  fill(group: Group): void;
  /** Sets the group that is being filled to these images, or adds them to it. */
  gather(images: Iterable<number>, add: boolean): void;
  dropGroups(): void;
}

const NO_GROUPS: Selection['groups'] = { a: new Set(), b: new Set() };

/** Nothing is pointed at or selected. */
const NOTHING = {
  hovered: null,
  pinned: null,
  against: null,
  classes: new Set<number>(),
  pointed: null,
  zoom: null,
  lassoing: false,
  filling: 'a',
  groups: NO_GROUPS,
} as const satisfies Partial<Selection>;

export const useSelection = create<Selection>()((set) => ({
  ...NOTHING,
  lookedAt: null,
  coloring: { kind: 'class' },
  branch: 'gated',
  beside: null,
  hover: (hovered) => set((state) => (state.hovered === hovered ? state : { hovered })),
  pin: (image) =>
    set(({ pinned, against }) => ({
      pinned: pinned === image ? null : image,
      against: against === image ? null : against,
    })),
  compare: (image) =>
    set(({ pinned, against }) =>
      pinned === null ? { pinned: image } : { against: against === image || pinned === image ? null : image },
    ),
  toggleClass: (label) =>
    set(({ classes }) => {
      const next = new Set(classes);
      if (!next.delete(label)) next.add(label);
      return { classes: next };
    }),
  clear: () => set(NOTHING),
  moveCrosshair: (pointed) => set((state) => (state.pointed === pointed ? state : { pointed })),
  lookAt: (lookedAt) => set((state) => (state.lookedAt === lookedAt ? state : { lookedAt })),
  zoomTo: (zoom) => set({ zoom }),
  colorBy: (coloring) => set({ coloring }),
  showBranch: (branch) => set({ branch }),
  putBeside: (beside) => set({ beside, branch: beside }),
  toggleLasso: () => set(({ lassoing }) => ({ lassoing: !lassoing })),
  fill: (filling) => set({ filling }),
  gather: (images, add) =>
    set(({ groups, filling }) => {
      const other = filling === 'a' ? 'b' : 'a';
      const gathered = new Set([...(add ? groups[filling] : []), ...images]);
      const left = new Set([...groups[other]].filter((image) => !gathered.has(image)));
      return { groups: filling === 'a' ? { a: gathered, b: left } : { a: left, b: gathered } };
    }),
  dropGroups: () => set({ groups: NO_GROUPS, filling: 'a' }),
}));

/** The step under the charts' crosshair: the one that is pointed at, or else the one that is looked at. */
export function crosshairOf({ pointed, lookedAt }: Pick<Selection, 'pointed' | 'lookedAt'>): number | null {
  return pointed ?? lookedAt;
}
