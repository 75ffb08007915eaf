import { create } from 'zustand';
import { MASK_KINDS, type MaskKind } from '../../laboratory/door/masksOrder.ts';
import type { KnnChoice, MeasuresOrder } from '../../laboratory/door/measuresOrder.ts';

type Measure = Exclude<keyof MeasuresOrder, 'kind' | 'knn'>;

/** The measures of the next evaluation. */
export interface MeasureChoices {
  readonly order: MeasuresOrder;
  toggle(measure: Measure): void;
  toggleKnn(choice: KnnChoice): void;
}

/** Numbers of neighbours that are used in papers. */
export const NEIGHBOURS = [1, 20, 200] as const;

export const useMeasureChoices = create<MeasureChoices>()((set) => ({
  order: {
    kind: 'measures',
    knn: [
      { k: 1, distance: 'euclidean' },
      { k: 20, distance: 'cosine' },
      { k: 20, distance: 'whitened' },
    ],
    ridge: true,
    linear: true,
    matryoshka: true,
    spread: true,
    floors: false,
  },
  toggle: (measure) => set(({ order }) => ({ order: { ...order, [measure]: !order[measure] } })),
  toggleKnn: (choice) => set(({ order }) => ({ order: { ...order, knn: toggled(order.knn, choice) } })),
}));

/** Masks that the user can choose. The real gates are always included. */
export type ChosenMask = Exclude<MaskKind, 'real'>;
export const MASK_CHOICES: readonly ChosenMask[] = MASK_KINDS.filter((mask) => mask !== 'real');

/** The masks of the next order. */
export interface MaskChoices {
  readonly chosen: readonly ChosenMask[];
  /** Share of the dense MACs to which a network without gates is pruned. */
  readonly ratio: number;
  choose(mask: ChosenMask, on: boolean): void;
  setRatio(ratio: number): void;
}

export const useMaskChoices = create<MaskChoices>()((set) => ({
  chosen: MASK_CHOICES,
  ratio: 0.3,
  choose: (mask, on) =>
    set(({ chosen }) => ({
      chosen: MASK_CHOICES.filter((kind) => (kind === mask ? on : chosen.includes(kind))),
    })),
  setRatio: (ratio) => set({ ratio }),
}));

/** Whether this is one of the choices. */
export function hasKnn(choices: readonly KnnChoice[], { k, distance }: KnnChoice): boolean {
  return choices.some((choice) => choice.k === k && choice.distance === distance);
}

/** Whether nothing would be measured. */
export function isEmpty({ knn, ridge, linear, matryoshka, spread }: MeasuresOrder): boolean {
  return knn.length === 0 && !(ridge || linear || matryoshka || spread);
}

function toggled(choices: readonly KnnChoice[], choice: KnnChoice): KnnChoice[] {
  if (hasKnn(choices, choice))
    return choices.filter(({ k, distance }) => k !== choice.k || distance !== choice.distance);
  return [...choices, choice].toSorted((a, b) => a.distance.localeCompare(b.distance) || a.k - b.k);
}
