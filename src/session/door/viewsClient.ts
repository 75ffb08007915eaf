import { WorkerLink } from '../../link/workerLink.ts';
import type { DataSource } from '../../run/protocol.ts';
import type { PairOrder, ViewsNews, ViewsOrder } from './viewsProtocol.ts';

/** The page's end of the views worker. It reads one source at a time: opening another one ends the first. */
export class ViewsClient {
  #link: WorkerLink<ViewsOrder, ViewsNews> | null = null;

  constructor(private readonly onNews: (news: ViewsNews) => void) {}

  open(source: DataSource): void {
    this.close();
    const worker = new Worker(new URL('../views/viewsWorker.ts', import.meta.url), {
      type: 'module',
      name: 'views',
    });
    this.#link = new WorkerLink(worker, {
      hear: this.onNews,
      broke: (detail) => {
        this.close();
        const message = `The reader of images broke down: ${detail}. Try it again.`;
        this.onNews({ kind: 'failed', message });
      },
    });
    this.#link.send({ kind: 'open', source });
  }

  /** Asks for a pair of views. Without an open source, nothing happens. */
  draw(order: PairOrder): void {
    this.#link?.send({ kind: 'draw', ...order });
  }

  /** Ends the worker, and with it any reading. */
  close(): void {
    this.#link?.end();
    this.#link = null;
  }
}
