import { WorkerLink } from '../../link/workerLink.ts';
import type { MapPicturesNews, MapPicturesOrder } from './mapPicturesProtocol.ts';

/** The page's end of the worker that reads the pictures of a run again. One reading at a time. */
export class MapPicturesClient {
  #link: WorkerLink<MapPicturesOrder, MapPicturesNews> | null = null;

  /** Reads the images in a worker, which ends with them. An earlier reading ends. */
  read(order: MapPicturesOrder, onNews: (news: MapPicturesNews) => void): void {
    this.end();
    const worker = new Worker(new URL('../maps/mapPicturesWorker.ts', import.meta.url), {
      type: 'module',
      name: 'pictures',
    });
    this.#link = new WorkerLink(worker, {
      hear: (news) => {
        if (news.kind !== 'progress') this.end();
        onNews(news);
      },
      broke: (detail) => {
        this.end();
        const message = `The reader of pictures broke down: ${detail}. Load them again.`;
        onNews({ kind: 'failed', message });
      },
    });
    this.#link.send(order);
  }

  end(): void {
    this.#link?.end();
    this.#link = null;
  }
}
