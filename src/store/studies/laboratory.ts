import { create } from 'zustand';
import type { LaboratoryEvent, Order, Outcome } from '../../laboratory/door/protocol.ts';
import { canExport, usePlayground } from '../playground.ts';
import { type RunState, stepsMade } from '../run/run.ts';
import { laboratoryClient, laboratorySubject } from './laboratoryClient.ts';

/** Orders of different names can be given at the same time. Of one name, only the newest order counts. */
export type OrderName =
  | Exclude<Order['kind'], 'slice' | 'inference'>
  | `slice ${Extract<Order, { kind: 'slice' }>['form']}`
  | `inference ${Extract<Order, { kind: 'inference' }>['engine']}`;

export function orderName(order: Order): OrderName {
  if (order.kind === 'slice') return `slice ${order.form}`;
  if (order.kind === 'inference') return `inference ${order.engine}`;
  return order.kind;
}

/** The weights that an order is about. */
export interface SubjectWords {
  readonly run: string;
  /** Number of steps that the weights were trained for. */
  readonly step: number;
}

export type OrderPhase =
  /** Waits for the weights, which the session hands out between two steps. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly progress: OrderProgress | null }
  /** The result is among the findings. */
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string; readonly advice: string };

export type OrderProgress = Omit<Extract<LaboratoryEvent, { kind: 'progress' }>, 'kind' | 'id'>;

/** An order of the page, from the moment it is given to its end. */
export interface OrderState {
  readonly order: Order;
  /** Number of the order. A later order has a larger number. */
  readonly number: number;
  readonly subject: SubjectWords;
  readonly phase: OrderPhase;
}

/**
 * The result of an order without its large parts, which are files by then: a slice's weights, the features.
 */
export type Facts = Exclude<Outcome, { kind: 'slice' | 'features' }> | SliceFacts | FeaturesFacts;
export type SliceFacts = Omit<Extract<Outcome, { kind: 'slice' }>, 'weights'>;
export type FeaturesFacts = Omit<Extract<Outcome, { kind: 'features' }>, 'file'>;

/** What is known about weights. */
export interface Finding {
  readonly subject: SubjectWords;
  readonly facts: Facts;
}

/** The complete result of an order, and the run on the page when its weights were handed out. */
export interface Completed {
  readonly outcome: Outcome;
  readonly run: RunState;
}

/** The orders on the weights of runs, and their findings. */
export interface Laboratory {
  readonly orders: Readonly<Partial<Record<OrderName, OrderState>>>;
  /** The newest finding of each name. */
  readonly findings: Readonly<Partial<Record<OrderName, Finding>>>;
  /**
   * Gives an order on the present weights of the run on the page. Resolves when the order is done. Resolves
   * with null when it was cancelled, failed, or not given, because there is no such run or because an order
   * of its name is not done yet.
   */
  carryOut(order: Order): Promise<Completed | null>;
  cancel(name: OrderName): void;
}

/** Whether the order waits or is carried out. */
export function busy(state: OrderState | undefined): boolean {
  return state?.phase.kind === 'waiting' || state?.phase.kind === 'running';
}

/** Whether an order of one of these kinds waits or is carried out. */
export function anyBusy({ orders }: Pick<Laboratory, 'orders'>, kinds: readonly Order['kind'][]): boolean {
  return Object.values(orders).some((state) => kinds.includes(state.order.kind) && busy(state));
}

/** The newest order of these kinds; null before the first. */
export function newestOrder(
  { orders }: Pick<Laboratory, 'orders'>,
  kinds: readonly Order['kind'][],
): OrderState | null {
  const given = Object.values(orders).filter(({ order }) => kinds.includes(order.kind));
  return given.reduce<OrderState | null>(
    (newest, state) => (newest === null || state.number > newest.number ? state : newest),
    null,
  );
}

const GONE: OrderPhase = {
  kind: 'failed',
  message: 'The run was gone before its weights were handed out.',
  advice: 'Evaluate the run that is on the page now.',
};

/** An order that the laboratory has, and its end. */
interface Pending {
  readonly name: OrderName;
  /** The run on the page when its weights were handed out. */
  readonly run: RunState;
  end(completed: Completed | null): void;
}

export const useLaboratory = create<Laboratory>()((set, get) => {
  /** Orders that the laboratory has, by the number that the laboratory gave them. */
  const given = new Map<number, Pending>();
  let count = 0;

  function hear(event: LaboratoryEvent): void {
    const pending = given.get(event.id);
    if (!pending) return;
    const state = get().orders[pending.name];
    if (state) put({ ...state, phase: phaseAfter(event) });
    if (event.kind === 'progress') return;
    given.delete(event.id);
    if (event.kind !== 'done') {
      pending.end(null);
      return;
    }
    const { outcome } = event;
    if (state) {
      const finding = { subject: state.subject, facts: factsOf(outcome) };
      set(({ findings }) => ({ findings: { ...findings, [pending.name]: finding } }));
    }
    pending.end({ outcome, run: pending.run });
  }

  function put(state: OrderState): void {
    set(({ orders }) => ({ orders: { ...orders, [orderName(state.order)]: state } }));
  }

  /**
   * Gives a waiting order to the laboratory if its run's weights are there. Returns whether the wait is over.
   */
  function give(order: Order, end: Pending['end']): boolean {
    const { run } = usePlayground.getState();
    const name = orderName(order);
    const state = get().orders[name];
    // The order was cancelled meanwhile.
    if (state?.order !== order || state.phase.kind !== 'waiting') {
      end(null);
      return true;
    }
    // A failed run hands out no more weights. Weights that it has handed out already can still be asked
    // about.
    if (run?.run !== state.subject.run || (run.state === 'failed' && run.record.weights === null)) {
      put({ ...state, phase: GONE });
      end(null);
      return true;
    }
    if (run.record.weights === null) return false;
    put({ ...state, subject: subjectOf(run), phase: { kind: 'running', progress: null } });
    const subject = laboratorySubject(run, run.record.weights);
    given.set(laboratoryClient.order(subject, order, hear), { name, run, end });
    return true;
  }

  return {
    orders: {},
    findings: {},
    carryOut: (order) => {
      const { run } = usePlayground.getState();
      if (!run || !canExport(run) || busy(get().orders[orderName(order)])) return Promise.resolve(null);
      put({ order, number: ++count, subject: subjectOf(run), phase: { kind: 'waiting' } });
      return new Promise((end) => {
        if (give(order, end)) return;
        const stop = usePlayground.subscribe(() => {
          if (give(order, end)) stop();
        });
        usePlayground.getState().takeWeights();
      });
    },
    cancel: (name) => {
      const state = get().orders[name];
      if (state?.phase.kind === 'waiting') put({ ...state, phase: { kind: 'cancelled' } });
      for (const [id, pending] of given) if (pending.name === name) laboratoryClient.cancel(id);
    },
  };
});

function subjectOf(run: RunState): SubjectWords {
  return { run: run.run, step: stepsMade(run) };
}

function factsOf(outcome: Outcome): Facts {
  if (outcome.kind === 'slice') {
    const { weights: _, ...facts } = outcome;
    return facts;
  }
  if (outcome.kind === 'features') {
    const { file: _, ...facts } = outcome;
    return facts;
  }
  return outcome;
}

function phaseAfter(event: LaboratoryEvent): OrderPhase {
  switch (event.kind) {
    case 'progress': {
      const { kind: _, id: __, ...progress } = event;
      return { kind: 'running', progress };
    }
    case 'done':
      return { kind: 'done' };
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'failed':
      return { kind: 'failed', message: event.message, advice: event.advice };
    default:
      return event satisfies never;
  }
}
