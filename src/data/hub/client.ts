import { WorkerLink } from '../../link/workerLink.ts';
import type { HubCommand, HubNews } from './protocol.ts';

/** The page's end of the downloads. It starts their worker at the first command. */
export class HubClient {
  readonly #listener: (news: HubNews) => void;
  #link: WorkerLink<HubCommand, HubNews> | null = null;

  constructor(listener: (news: HubNews) => void) {
    this.#listener = listener;
  }

  send(command: HubCommand): void {
    this.#link ??= this.#open();
    this.#link.send(command);
  }

  #open(): WorkerLink<HubCommand, HubNews> {
    const worker = new Worker(new URL('./hubWorker.ts', import.meta.url), { type: 'module', name: 'hub' });
    return new WorkerLink(worker, {
      hear: this.#listener,
      broke: (detail) => {
        this.#link?.end();
        this.#link = null;
        this.#listener({
          kind: 'failed',
          fault: 'internal',
          message: `The download broke down: ${detail}`,
        });
      },
    });
  }
}
