import type { Workload } from '../workload.ts';
import type { BenchReport } from './report.ts';

/** Page → benchmark worker, once. */
export interface BenchmarkRequest extends Workload {
  /** Stock tfjs does the same steps, to compare with: most of the time on a software adapter. */
  readonly stock: boolean;
}

/** Benchmark worker → page; a report or a failure is the last. */
export type BenchmarkEvent =
  /** How far it is, in words. */
  | { readonly kind: 'progress'; readonly line: string }
  | { readonly kind: 'report'; readonly report: BenchReport }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** What the user can do about it. */
      readonly advice: string;
    };
