import type { OnWork } from './laboratory.ts';

/** A part of an order's work. */
export interface Job {
  readonly task: string;
  readonly unit: string;
  /** Its cost, in any unit that all jobs of the order share. */
  readonly cost: number;
  work(onWork: OnWork): Promise<void>;
}

/** How much of a whole order is done. */
export interface JobProgress {
  readonly task: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** The share that is done, 0–1. */
  readonly share: number;
  /** Time until the end, milliseconds; null before anything is done. */
  readonly remainingMs: number | null;
}

/** Does jobs one after another. @param tell may wait, and throws to cancel */
export async function doJobs(
  jobs: readonly Job[],
  tell: (progress: JobProgress) => Promise<void>,
  now: () => number = () => performance.now(),
): Promise<void> {
  const whole = jobs.reduce((sum, { cost }) => sum + cost, 0);
  const began = now();
  let before = 0;
  for (const { task, unit, cost, work } of jobs) {
    const report = (done: number, total: number) => {
      const part = total > 0 ? Math.min(1, done / total) : 0;
      const share = whole > 0 ? (before + cost * part) / whole : 0;
      const remainingMs = share > 0 ? ((now() - began) * (1 - share)) / share : null;
      return tell({ task, unit, done, total, share, remainingMs });
    };
    await report(0, 0);
    await work(report);
    before += cost;
  }
}
