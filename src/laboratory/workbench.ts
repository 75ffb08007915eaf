import type { TrainAndTest } from '../data/images/dataset.ts';
import type { InferencePlaces } from '../inference/places.ts';
import { nextTask } from '../link/nextTask.ts';
import type { DataSource } from '../run/protocol.ts';
import { performDial } from './dial.ts';
import type { LaboratoryCommand, LaboratoryEvent, Order, Outcome } from './door/protocol.ts';
import type { ParityOrder } from './door/takeOrder.ts';
import { performFeatures } from './features.ts';
import { performInference } from './inference.ts';
import type { JobProgress } from './jobs.ts';
import { type Laboratory, openLaboratory, requireWhole } from './laboratory.ts';
import { performMasks } from './masks.ts';
import { measure } from './measure.ts';
import { performParity } from './performParity.ts';
import { Refusal } from './refusal.ts';
import { performSlice } from './slice.ts';

/** What a worker and a test provide in different ways. */
export interface BenchHost {
  emit(event: LaboratoryEvent): void;
  loadData(source: DataSource, onProgress: (done: number, total: number) => void): Promise<TrainAndTest>;
  readonly places: InferencePlaces;
}

type Opening = Extract<LaboratoryCommand, { kind: 'open' }>;

class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Holds one network at a time, and carries out the orders about it one after another. */
export class Workbench {
  readonly #host: BenchHost;
  /** Resolves when the workbench is free. */
  #free: Promise<void> = Promise.resolve();
  /** The subject that was opened last; its laboratory opens with the first order. */
  #subject: Opening | null = null;
  #laboratory: { readonly of: Opening; readonly laboratory: Laboratory } | null = null;
  readonly #cancelled = new Set<number>();

  constructor(host: BenchHost) {
    this.#host = host;
  }

  /** Takes a command. It never throws: an error becomes a `failed` event of its order. */
  receive(command: LaboratoryCommand): void {
    switch (command.kind) {
      case 'open':
        this.#subject = command;
        break;
      case 'order': {
        const subject = this.#subject;
        this.#free = this.#free.then(() => this.#carryOut(command.id, command.order, subject));
        break;
      }
      case 'cancel':
        this.#cancelled.add(command.id);
        break;
      default:
        command satisfies never;
    }
  }

  async #carryOut(id: number, order: Order, subject: Opening | null): Promise<void> {
    const tell = async (progress: JobProgress) => {
      this.#host.emit({ kind: 'progress', id, ...progress });
      await nextTask();
      this.#goOn(id);
    };
    try {
      this.#goOn(id);
      if (subject === null) throw new Error('laboratory: a network must be opened before the first order');
      const outcome =
        order.kind === 'parity'
          ? await performParity(subject.weights, this.#host.places)
          : await this.#perform(subject, id, order, tell);
      this.#host.emit({ kind: 'done', id, outcome });
    } catch (error) {
      if (error instanceof Cancelled) this.#host.emit({ kind: 'cancelled', id });
      else
        this.#host.emit({
          kind: 'failed',
          id,
          message: messageOf(error),
          advice: error instanceof Refusal ? '' : ADVICE,
        });
    }
    this.#cancelled.delete(id);
  }

  /** Lets an order continue unless it was cancelled. @throws Cancelled */
  #goOn(id: number): void {
    if (this.#cancelled.has(id)) throw new Cancelled();
  }

  async #perform(
    subject: Opening,
    id: number,
    order: Exclude<Order, ParityOrder>,
    tell: (progress: JobProgress) => Promise<void>,
  ): Promise<Outcome> {
    const laboratory = await this.#open(subject, id);
    this.#goOn(id);
    return perform(laboratory, order, tell);
  }

  async #open(subject: Opening, id: number): Promise<Laboratory> {
    if (this.#laboratory?.of === subject) return this.#laboratory.laboratory;
    this.#laboratory?.laboratory.dispose();
    this.#laboratory = null;
    const task = { task: 'Loading images', unit: 'bytes', share: 0, remainingMs: null };
    const data = await this.#host.loadData(subject.source, (done, total) =>
      this.#host.emit({ kind: 'progress', id, ...task, done, total }),
    );
    const laboratory = await openLaboratory(subject.weights, data, this.#host.places);
    this.#laboratory = { of: subject, laboratory };
    return laboratory;
  }
}

/** Carries out an order of any kind. @param tell may wait, and throws to cancel */
export async function perform(
  laboratory: Laboratory,
  order: Exclude<Order, ParityOrder>,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<Outcome> {
  if (order.kind !== 'measures' && order.kind !== 'features') requireWhole(laboratory);
  switch (order.kind) {
    case 'measures':
      return measure(laboratory, order, tell);
    case 'masks':
      return performMasks(laboratory, order, tell);
    case 'dial':
      return performDial(laboratory, order, tell);
    case 'slice':
      return performSlice(laboratory, order, tell);
    case 'inference':
      return performInference(laboratory, order, tell);
    case 'features':
      return performFeatures(laboratory, order, tell);
    default:
      return order satisfies never;
  }
}

const ADVICE = 'Choose the data that the run was trained on, or export the weights again.';

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
