import type { InferenceReport } from '../../inference/report.ts';
import type { GateOrder } from './sliceOrder.ts';

/** Times the forms of the network on the workbench. */
export interface InferenceOrder extends GateOrder {
  readonly kind: 'inference';
  readonly engine: InferenceReport['engine'];
}

export interface InferenceOutcome {
  readonly kind: 'inference';
  /** δ of the gates that decided. */
  readonly gateShift: number;
  readonly report: InferenceReport;
}
