/** What a link tells its owner. */
export interface LinkListener<Message> {
  hear(message: Message): void;
  /**
   * The worker failed: its script could not be loaded, it threw what nobody caught, or it sent what cannot be read.
   * @param detail for the end of a sentence, without a full stop
   */
  broke(detail: string): void;
}

/** This thread's end of one worker: typed both ways, and silent once it was ended. */
export class WorkerLink<Order, Message> {
  readonly #worker: Worker;
  #ended = false;

  /** @param worker nobody else listens to it; `end` terminates it */
  constructor(worker: Worker, listener: LinkListener<Message>) {
    this.#worker = worker;
    const broke = (detail: string) => {
      if (!this.#ended) listener.broke(detail);
    };
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (!this.#ended) listener.hear(data);
    });
    worker.addEventListener('error', (event) => {
      // The owner says it in words: the browser need not report it as well.
      event.preventDefault();
      broke(event.message || 'its script could not be loaded');
    });
    worker.addEventListener('messageerror', () => broke('a message could not be read'));
  }

  /** @param transfer buffers that change hands with the order */
  send(order: Order, transfer: readonly Transferable[] = []): void {
    if (!this.#ended) this.#worker.postMessage(order, [...transfer]);
  }

  /** Terminates the worker at once. Nothing of it is heard any more, not even what it has sent already. */
  end(): void {
    this.#ended = true;
    this.#worker.terminate();
  }
}

/**
 * The one answer of a worker that lives no longer than that.
 * @param name of the worker in the sentence about its failure, e.g. “The reader of files”
 * @param ask gives the order
 * @throws the signal's reason when aborted; Error when the worker fails
 */
export async function answerOf<Order, Answer>(
  worker: Worker,
  name: string,
  signal: AbortSignal,
  ask: (link: WorkerLink<Order, Answer>) => void | Promise<void>,
): Promise<Answer> {
  const { promise, resolve, reject } = promiseOf<Answer>();
  const link = new WorkerLink<Order, Answer>(worker, {
    hear: resolve,
    broke: (detail) => reject(new Error(`${name} broke down: ${detail}.`)),
  });
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    signal.throwIfAborted();
    // The worker may fail while the order is still being handed over.
    await Promise.race([promise, ask(link)]);
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    link.end();
  }
}

/** A promise with its two ends in hand. */
function promiseOf<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
