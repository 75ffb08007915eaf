import { WorkerLink } from '../../link/workerLink.ts';
import type { WeightsFile } from '../../network/weights.ts';
import type { DataSource } from '../../run/protocol.ts';
import type { LaboratoryCommand, LaboratoryEvent, Order } from './protocol.ts';

/** A network that orders are about, and the images that they use. */
export interface Subject {
  /** The same name means the same weights and images. They are sent only once. */
  readonly name: string;
  readonly weights: WeightsFile;
  readonly source: DataSource;
}

type Listener = (event: LaboratoryEvent) => void;

/** The page's end of the laboratory. Its worker starts with the first order. */
export class LaboratoryClient {
  #link: WorkerLink<LaboratoryCommand, LaboratoryEvent> | null = null;
  #subject: string | null = null;
  /** The listeners of the orders that have not ended. */
  readonly #waiting = new Map<number, Listener>();
  #orders = 0;

  /** Gives an order. Its events carry the returned number and go to `listener`. */
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

  /** Ends the worker, and all that it holds is lost. */
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

  /** The worker failed. The next order gets a new one. */
  #broke(detail: string): void {
    const failed = [...this.#waiting];
    this.end();
    const message = `The laboratory worker broke down: ${detail}.`;
    const advice = 'Try again; if it happens again, reload the page.';
    for (const [id, listener] of failed) listener({ kind: 'failed', id, message, advice });
  }
}
