import type { HubCommand, HubNews } from './protocol.ts';

/** The page's end of the downloads: their worker is started when it is first needed. */
export class HubClient {
  readonly #listener: (news: HubNews) => void;
  #worker: Worker | null = null;

  constructor(listener: (news: HubNews) => void) {
    this.#listener = listener;
  }

  send(command: HubCommand): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(command);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./hubWorker.ts', import.meta.url), { type: 'module', name: 'hub' });
    worker.addEventListener('message', ({ data }: MessageEvent<HubNews>) => this.#listener(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      worker.terminate();
      this.#worker = null;
      const detail = event.message || 'its script could not be loaded';
      this.#listener({ kind: 'failed', fault: 'internal', message: `The download broke down: ${detail}` });
    });
    return worker;
  }
}
