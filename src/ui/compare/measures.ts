import type { Measure } from '../../store/runs/runsTable.ts';

export const MEASURES: Readonly<Record<Measure, string>> = {
  knn20: '20-NN accuracy',
  ridge: 'ridge probe accuracy',
};
