import { create } from 'zustand';
import type { LaboratoryEvent, Order, Outcome } from '../../laboratory/door/protocol.ts';
import { canExport, usePlayground } from '../playground.ts';
import { type RunState, stepsMade } from '../run/run.ts';
import { laboratoryBench, laboratorySubject } from './laboratoryBench.ts';

export type {
  BranchComparison,
  BranchSpread,
  DataFacts,
  KnnChoice,
  MatryoshkaCurve,
  MeasureResult,
  MeasuresOrder,
  MeasuresOutcome,
  Score,
} from '../../laboratory/door/measuresOrder.ts';

/** The weights that an order is about. */
export interface SubjectWords {
  readonly run: string;
  /** Steps that the weights had made. */
  readonly step: number;
}

export type OrderPhase =
  /** For the weights, which the session hands out between two steps. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly progress: OrderProgress | null }
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string; readonly advice: string };

export type OrderProgress = Omit<Extract<LaboratoryEvent, { kind: 'progress' }>, 'kind' | 'id'>;

/** An order of the page, from its giving to what came of it. */
export interface OrderState {
  readonly order: Order;
  readonly subject: SubjectWords;
  readonly phase: OrderPhase;
}

/** What was asked of the run's weights: the newest order of each kind. */
export interface Laboratory {
  readonly orders: Readonly<Partial<Record<Order['kind'], OrderState>>>;
  /** Asks on the weights that the run on the page has now; nothing happens without such a run. */
  carryOut(order: Order): void;
  cancel(kind: Order['kind']): void;
}

/** The order waits or is carried out. */
export function busy(state: OrderState | undefined): boolean {
  return state?.phase.kind === 'waiting' || state?.phase.kind === 'running';
}

/** What the newest order of a kind came to; null unless it is done. */
export function outcomeOf<K extends Order['kind']>(
  { orders }: Pick<Laboratory, 'orders'>,
  kind: K,
): Extract<Outcome, { kind: K }> | null {
  const phase = orders[kind]?.phase;
  return phase?.kind === 'done' && isOutcome(phase.outcome, kind) ? phase.outcome : null;
}

function isOutcome<K extends Order['kind']>(
  outcome: Outcome,
  kind: K,
): outcome is Extract<Outcome, { kind: K }> {
  return outcome.kind === kind;
}

const GONE: OrderPhase = {
  kind: 'failed',
  message: 'The run was gone before its weights were handed out.',
  advice: 'Evaluate the run that is on the page now.',
};

export const useLaboratory = create<Laboratory>()((set, get) => {
  /** Kinds of the orders that the laboratory has, by number. */
  const given = new Map<number, Order['kind']>();

  function hear(event: LaboratoryEvent): void {
    const kind = given.get(event.id);
    const state = kind && get().orders[kind];
    if (event.kind !== 'progress') given.delete(event.id);
    if (state) put({ ...state, phase: phaseAfter(event) });
  }

  function put(state: OrderState): void {
    set(({ orders }) => ({ orders: { ...orders, [state.order.kind]: state } }));
  }

  /** Gives a waiting order to the laboratory when its run's weights are there. */
  function give(order: Order): boolean {
    const { run } = usePlayground.getState();
    const state = get().orders[order.kind];
    // Another order of the kind, or another run, has taken its place.
    if (state?.order !== order || state.phase.kind !== 'waiting') return true;
    if (run?.run !== state.subject.run || run.state === 'failed') {
      put({ ...state, phase: GONE });
      return true;
    }
    if (run.record.weights === null) return false;
    put({ order, subject: subjectOf(run), phase: { kind: 'running', progress: null } });
    const subject = laboratorySubject(run, run.record.weights);
    given.set(laboratoryBench.order(subject, order, hear), order.kind);
    return true;
  }

  return {
    orders: {},
    carryOut: (order) => {
      const { run } = usePlayground.getState();
      if (!run || !canExport(run) || busy(get().orders[order.kind])) return;
      put({ order, subject: subjectOf(run), phase: { kind: 'waiting' } });
      const stop = usePlayground.subscribe(() => {
        if (give(order)) stop();
      });
      if (give(order)) stop();
      else usePlayground.getState().takeWeights();
    },
    cancel: (kind) => {
      const state = get().orders[kind];
      if (state?.phase.kind === 'waiting') put({ ...state, phase: { kind: 'cancelled' } });
      for (const [id, of] of given) if (of === kind) laboratoryBench.cancel(id);
    },
  };
});

function subjectOf(run: RunState): SubjectWords {
  return { run: run.run, step: stepsMade(run) };
}

function phaseAfter(event: LaboratoryEvent): OrderPhase {
  switch (event.kind) {
    case 'progress': {
      const { kind: _, id: __, ...progress } = event;
      return { kind: 'running', progress };
    }
    case 'done':
      return { kind: 'done', outcome: event.outcome };
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'failed':
      return { kind: 'failed', message: event.message, advice: event.advice };
    default:
      return event satisfies never;
  }
}
