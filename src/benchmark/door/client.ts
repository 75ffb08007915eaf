import { WorkerLink } from '../../link/workerLink.ts';
import type { BenchmarkEvent, BenchmarkRequest } from './protocol.ts';

const ADVICE = 'Try a smaller width or batch; if that fails too, reload the page.';

/** The page's end of a benchmark: a worker of its own for each, gone when it has answered or is ended. */
export class BenchmarkClient {
  readonly #listener: (event: BenchmarkEvent) => void;
  #link: WorkerLink<BenchmarkRequest, BenchmarkEvent> | null = null;

  constructor(listener: (event: BenchmarkEvent) => void) {
    this.#listener = listener;
  }

  /** Ends whatever was under way: nothing of it reaches the listener any more. */
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

  /** Ends the worker at once, in the middle of a step if need be: its device goes with it. */
  end(): void {
    this.#link?.end();
    this.#link = null;
  }
}
