import { WorkerLink } from '../../link/workerLink.ts';
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
  #link: WorkerLink<LaboratoryCommand, LaboratoryEvent> | null = null;
  #subject: string | null = null;
  /** Who hears of the orders that were given and have not ended. */
  readonly #waiting = new Map<number, Listener>();
  #orders = 0;

  /** Gives an order; its events carry the number that is returned, and go to `listener`. */
  order({ name, weights, source }: Subject, order: Order, listener: Listener): number {
    const id = ++this.#orders;
    this.#link ??= this.#open();
    if (name !== this.#subject) this.#link.send({ kind: 'open', subject: name, weights, source });
    this.#subject = name;
    this.#waiting.set(id, listener);
    this.#link.send({ kind: 'order', id, order });
    return id;
  }

  cancel(id: number): void {
    if (this.#waiting.has(id)) this.#link?.send({ kind: 'cancel', id });
  }

  /** Ends the worker, with all that it holds. */
  end(): void {
    this.#link?.end();
    this.#link = null;
    this.#subject = null;
    this.#waiting.clear();
  }

  #open(): WorkerLink<LaboratoryCommand, LaboratoryEvent> {
    const worker = new Worker(new URL('../worker.ts', import.meta.url), {
      type: 'module',
      name: 'laboratory',
    });
    return new WorkerLink(worker, {
      hear: (event) => {
        const listener = this.#waiting.get(event.id);
        if (event.kind !== 'progress') this.#waiting.delete(event.id);
        listener?.(event);
      },
      broke: (detail) => this.#broke(detail),
    });
  }

  /** The next order gets a new worker. */
  #broke(detail: string): void {
    const failed = [...this.#waiting];
    this.end();
    const message = `The laboratory worker broke down: ${detail}.`;
    const advice = 'Try again; if it happens again, reload the page.';
    for (const [id, listener] of failed) listener({ kind: 'failed', id, message, advice });
  }
}
