import type { WeightsFile } from '../../network/weights.ts';
import type { DataSource } from '../../run/protocol.ts';
import type { LaboratoryCommand, LaboratoryEvent, Order } from './protocol.ts';

/** A network to ask things of, and the images to ask them on. */
export interface Subject {
  /** The same name means the same weights and images: they are then sent once. */
  readonly name: string;
  readonly weights: WeightsFile;
  readonly source: DataSource;
}

type Listener = (event: LaboratoryEvent) => void;

/** Page's end of the laboratory: a worker that is there from the first order on. */
export class LaboratoryClient {
  #worker: Worker | null = null;
  #subject: string | null = null;
  /** Who hears of the orders that were given and have not ended. */
  readonly #waiting = new Map<number, Listener>();
  #orders = 0;

  /** Gives an order; its events carry the number that is returned, and go to `listener`. */
  order({ name, weights, source }: Subject, order: Order, listener: Listener): number {
    const id = ++this.#orders;
    const worker = this.#worker ?? this.#open();
    if (name !== this.#subject) this.#send(worker, { kind: 'open', subject: name, weights, source });
    this.#subject = name;
    this.#waiting.set(id, listener);
    this.#send(worker, { kind: 'order', id, order });
    return id;
  }

  cancel(id: number): void {
    if (this.#worker && this.#waiting.has(id)) this.#send(this.#worker, { kind: 'cancel', id });
  }

  /** Ends the worker, with all that it holds. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#subject = null;
    this.#waiting.clear();
  }

  #open(): Worker {
    const worker = new Worker(new URL('../worker.ts', import.meta.url), {
      type: 'module',
      name: 'laboratory',
    });
    worker.addEventListener('message', ({ data }: MessageEvent<LaboratoryEvent>) => {
      if (worker !== this.#worker) return;
      const listener = this.#waiting.get(data.id);
      if (data.kind !== 'progress') this.#waiting.delete(data.id);
      listener?.(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#broke(worker, event.message || 'its script could not be loaded');
    });
    worker.addEventListener('messageerror', () => this.#broke(worker, 'a message was unreadable'));
    this.#worker = worker;
    return worker;
  }

  /** The next order gets a new worker. */
  #broke(worker: Worker, detail: string): void {
    if (worker !== this.#worker) return;
    const failed = [...this.#waiting];
    this.end();
    const message = `The laboratory worker broke down: ${detail}.`;
    const advice = 'Try again; if it happens again, reload the page.';
    for (const [id, listener] of failed) listener({ kind: 'failed', id, message, advice });
  }

  #send(worker: Worker, command: LaboratoryCommand): void {
    worker.postMessage(command);
  }
}
