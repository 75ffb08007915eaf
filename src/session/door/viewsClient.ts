import type { DataSource } from '../../run/protocol.ts';
import type { PairOrder, ViewsNews, ViewsOrder } from './viewsProtocol.ts';

/** The page's end of the views worker. One source at a time: opening another ends what is being read. */
export class ViewsClient {
  #worker: Worker | null = null;

  constructor(private readonly onNews: (news: ViewsNews) => void) {}

  open(source: DataSource): void {
    this.close();
    const worker = new Worker(new URL('../views/viewsWorker.ts', import.meta.url), {
      type: 'module',
      name: 'views',
    });
    worker.addEventListener('message', ({ data }: MessageEvent<ViewsNews>) => {
      if (this.#worker === worker) this.onNews(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (this.#worker !== worker) return;
      this.close();
      this.onNews({
        kind: 'failed',
        message: `The reader of images broke down: ${event.message || 'its script is not there'}. Try it again.`,
      });
    });
    this.#worker = worker;
    this.#send({ kind: 'open', source });
  }

  /** Answers with a pair, unless nothing is open. */
  draw(order: PairOrder): void {
    this.#send({ kind: 'draw', ...order });
  }

  /** Ends the worker, and what it was reading. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #send(order: ViewsOrder): void {
    this.#worker?.postMessage(order);
  }
}
