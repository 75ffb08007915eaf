import { WorkerLink } from '../../link/workerLink.ts';
import type { ImageAnswer, ImageOrder, NumberedOrder } from './imageViewsProtocol.ts';
import type { ViewPair } from './viewsProtocol.ts';

interface Waiting {
  resolve(views: ViewPair['views']): void;
  reject(reason: Error): void;
}

/** The page's end of the worker that makes views of single images. It is started with the first order. */
export class ImageViewsClient {
  #link: WorkerLink<NumberedOrder, ImageAnswer> | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #orders = 0;

  /**
   * The two views of an image, pixel for pixel as training draws them.
   * @throws Error in words if the worker broke down, or for an image of another size than it says
   */
  views({ image, config, draw }: ImageOrder): Promise<ViewPair['views']> {
    const id = ++this.#orders;
    this.#link ??= this.#open();
    this.#link.send({ id, image, config, draw }, [image.pixels.buffer]);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #open(): WorkerLink<NumberedOrder, ImageAnswer> {
    const worker = new Worker(new URL('../views/imageViewsWorker.ts', import.meta.url), {
      type: 'module',
      name: 'views of an image',
    });
    return new WorkerLink(worker, {
      hear: (answer) => {
        const waiting = this.#waiting.get(answer.id);
        this.#waiting.delete(answer.id);
        if ('views' in answer) waiting?.resolve(answer.views);
        else waiting?.reject(new Error(answer.fault));
      },
      broke: (detail) => {
        const fault = new Error(`The maker of views broke down: ${detail}. Draw again.`);
        for (const { reject } of this.#waiting.values()) reject(fault);
        this.#waiting.clear();
        this.#link?.end();
        this.#link = null;
      },
    });
  }
}
