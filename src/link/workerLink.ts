/** What a link reports to its owner. */
export interface LinkListener<Message> {
  hear(message: Message): void;
  /**
   * The worker failed: its script could not be loaded, it threw an error that nobody caught, or its message
   * could not be read.
   * @param detail the fault, for the end of a sentence, without a full stop
   */
  broke(detail: string): void;
}

/** This thread's end of a worker. Messages are typed in both directions, and none arrives after `end`. */
export class WorkerLink<Order, Message> {
  readonly #worker: Worker;
  #ended = false;

  /** @param worker must have no other listener; `end` terminates it */
  constructor(worker: Worker, listener: LinkListener<Message>) {
    this.#worker = worker;
    const broke = (detail: string) => {
      if (!this.#ended) listener.broke(detail);
    };
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (!this.#ended) listener.hear(data);
    });
    worker.addEventListener('error', (event) => {
      // The owner reports the error in words, so the browser need not report it too.
      event.preventDefault();
      broke(event.message || notLoaded());
    });
    worker.addEventListener('messageerror', () => broke('a message could not be read'));
  }

  /** @param transfer buffers that are transferred with the order */
  send(order: Order, transfer: readonly Transferable[] = []): void {
    if (!this.#ended) this.#worker.postMessage(order, [...transfer]);
  }

  /** Terminates the worker at once. Messages that it has sent already are dropped too. */
  end(): void {
    this.#ended = true;
    this.#worker.terminate();
  }
}

/** A script that does not load gives no reason. If the browser knows that it is offline, that is why. */
function notLoaded(): string {
  const offline = globalThis.navigator?.onLine === false;
  return `its script could not be loaded${offline ? ', because this browser is offline' : ''}`;
}

/**
 * The answer of a worker that gives one answer and is then ended.
 * @param name name of the worker in the sentence about its failure, e.g. “The reader of files”
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
    // The worker may fail while the order is still being sent.
    await Promise.race([promise, ask(link)]);
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    link.end();
  }
}

/** A promise with its resolve and reject functions. */
function promiseOf<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
