import { WorkerLink } from '../../link/workerLink.ts';
import type { BenchmarkEvent, BenchmarkRequest } from './protocol.ts';

const ADVICE = 'Try a smaller width or batch; if that fails too, reload the page.';

/**
 * The page's end of a benchmark. Each benchmark has a worker of its own, which ends after its answer, or when
 * it is stopped.
 */
export class BenchmarkClient {
  readonly #listener: (event: BenchmarkEvent) => void;
  #link: WorkerLink<BenchmarkRequest, BenchmarkEvent> | null = null;

  constructor(listener: (event: BenchmarkEvent) => void) {
    this.#listener = listener;
  }

  /** Starts a benchmark and ends the one before, whose events no longer reach the listener. */
  start(request: BenchmarkRequest): void {
    this.end();
    const worker = new Worker(new URL('../worker.ts', import.meta.url), {
      type: 'module',
      name: 'benchmark',
    });
    const hear = (event: BenchmarkEvent) => {
      if (event.kind !== 'progress') this.end();
      this.#listener(event);
    };
    this.#link = new WorkerLink(worker, {
      hear,
      broke: (detail) =>
        hear({ kind: 'failed', message: `The benchmark worker broke down: ${detail}`, advice: ADVICE }),
    });
    this.#link.send(request);
  }

  /** Ends the worker at once, even in the middle of a step. Its device is lost with it. */
  end(): void {
    this.#link?.end();
    this.#link = null;
  }
}
