import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LinkListener } from '../../link/workerLink.ts';
import { allowRelaxedSimd, builtKernels } from '../build.ts';
import { MOST_THREADS } from './control.js';
import type { FromThread, ToThread } from './messages.ts';
import type { PoolPlaces, ThreadPort } from './places.ts';

/** Binaries and threads in Node. By default all cores that this process may use compute. */
export function nodePlaces(): PoolPlaces {
  allowRelaxedSimd();
  return {
    threads: Math.min(MOST_THREADS, availableParallelism()),
    binary: builtKernels,
    thread: (listener) => new NodeThread(listener),
  };
}

class NodeThread implements ThreadPort {
  readonly #worker: Worker;
  #ended = false;

  constructor({ hear, broke }: LinkListener<FromThread>) {
    // The loader of TypeScript that commands run with does not work in threads of Node 20, nor is it needed.
    this.#worker = new Worker(new URL('./nodeThread.js', import.meta.url), { execArgv: [] });
    // A pool that nobody disposed of does not keep a command from its end.
    this.#worker.unref();
    const failed = (detail: string) => {
      if (!this.#ended) broke(detail);
    };
    this.#worker.on('message', (answer: FromThread) => {
      this.#worker.unref();
      if (!this.#ended) hear(answer);
    });
    this.#worker.on('error', (fault) => failed(fault.message));
    this.#worker.on('exit', (code) => failed(`it ended with code ${code}`));
  }

  send(message: ToThread): void {
    // Until its answer comes the thread keeps this process alive.
    this.#worker.ref();
    this.#worker.postMessage(message);
  }

  end(): void {
    this.#ended = true;
    void this.#worker.terminate();
  }
}
