import type { BenchReport } from '../../store/studies/benchmark.ts';
import { count, figure } from '../shell/format.ts';

interface ReportRow {
  readonly what: string;
  readonly engine: string;
  /** A dash if it was not measured. */
  readonly stock: string;
}

/** The figures of the compiled engine beside those of stock tfjs, each with its unit. */
export function reportRows(report: BenchReport): ReportRow[] {
  const { stockTfjs: stock, batch, stepMs, gflops } = report;
  const row = (what: string, engine: string, other: string): ReportRow => ({ what, engine, stock: other });
  return [
    row('Time, ms', figure(stepMs), figure(stock?.stepMs)),
    row('Images per second', figure(report.imagesPerSecond), figure(stock && (1000 * batch) / stock.stepMs)),
    // Both do the same arithmetic, so the rate of stock tfjs follows from the two times.
    row('GFLOP/s', figure(gflops), figure(stock && (gflops * stepMs) / stock.stepMs)),
    row('Dispatches', count(report.dispatches), count(stock?.dispatches)),
    row('Submits', figure(report.submits), figure(stock?.submits)),
    row('New buffers', figure(report.buffersCreatedPerStep), figure(stock?.buffersCreated)),
    row('JavaScript, ms', figure(report.encodeMs), figure(null)),
  ];
}
