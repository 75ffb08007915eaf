import { create } from 'zustand';
import type { KnnChoice, MeasuresOrder } from './laboratory.ts';

type Measure = Exclude<keyof MeasuresOrder, 'kind' | 'knn'>;

/** Which measures the next evaluation makes. */
export interface MeasureChoices {
  readonly order: MeasuresOrder;
  toggle(measure: Measure): void;
  toggleKnn(choice: KnnChoice): void;
}

/** Numbers of neighbours that papers use. */
export const NEIGHBOURS = [1, 20, 200] as const;

export const useMeasureChoices = create<MeasureChoices>()((set) => ({
  order: {
    kind: 'measures',
    knn: [
      { k: 1, distance: 'euclidean' },
      { k: 20, distance: 'cosine' },
    ],
    ridge: true,
    linear: true,
    matryoshka: true,
    spread: true,
  },
  toggle: (measure) => set(({ order }) => ({ order: { ...order, [measure]: !order[measure] } })),
  toggleKnn: (choice) => set(({ order }) => ({ order: { ...order, knn: toggled(order.knn, choice) } })),
}));

/** One of the choices is this one. */
export function hasKnn(choices: readonly KnnChoice[], { k, distance }: KnnChoice): boolean {
  return choices.some((choice) => choice.k === k && choice.distance === distance);
}

/** Nothing at all would be measured. */
export function isEmpty({ knn, ridge, linear, matryoshka, spread }: MeasuresOrder): boolean {
  return knn.length === 0 && !(ridge || linear || matryoshka || spread);
}

function toggled(choices: readonly KnnChoice[], choice: KnnChoice): KnnChoice[] {
  if (hasKnn(choices, choice))
    return choices.filter(({ k, distance }) => k !== choice.k || distance !== choice.distance);
  return [...choices, choice].toSorted((a, b) => a.distance.localeCompare(b.distance) || a.k - b.k);
}
