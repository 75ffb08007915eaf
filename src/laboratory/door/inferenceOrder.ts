import type { InferenceReport } from '../../inference/report.ts';

/** Times the forms of the network on the workbench. */
export interface InferenceOrder {
  readonly kind: 'inference';
  readonly engine: InferenceReport['engine'];
}

export interface InferenceOutcome {
  readonly kind: 'inference';
  readonly report: InferenceReport;
}
