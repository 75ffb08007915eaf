import type { Workload } from '../workload.ts';
import type { BenchReport } from './report.ts';

/** The one message from the page to the benchmark's worker. */
export interface BenchmarkRequest extends Workload {
  /**
   * Whether stock tfjs does the same steps for comparison. On a software adapter that takes most of the time.
   */
  readonly stock: boolean;
  /** Which GPU is wanted where there are two; the fast one if missing. */
  readonly power?: GPUPowerPreference;
}

/** Messages from the benchmark's worker to the page. A report or a failure is the last. */
export type BenchmarkEvent =
  /** The progress, in words. */
  | { readonly kind: 'progress'; readonly line: string }
  | { readonly kind: 'report'; readonly report: BenchReport }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** What the user can do about it. */
      readonly advice: string;
    };
