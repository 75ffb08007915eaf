import type { Branch, EpochRow, FinalRow, Floors, GradientRow, StepRow, UsageRow } from '../metrics.ts';
import type { WeightsFile } from '../network/weights.ts';
import type { Dial } from './dial.ts';
import {
  addToMoments,
  type MapGates,
  type MapLayout,
  type MapNearest,
  type Moment,
  momentsBefore,
  nearestIn,
} from './moments.ts';
import type { Ready, SessionEvent } from './protocol.ts';

export type { MapGates, MapLayout, MapNearest } from './moments.ts';

/** t_d was set to `budget` after `step` steps. */
export interface BudgetChange {
  readonly step: number;
  readonly budget: number;
}

/** What a run's events leave behind: what a run file holds, and what the charts draw. */
export interface RunRecord {
  readonly ready: Ready | null;
  readonly floors: Floors | null;
  readonly steps: readonly StepRow[];
  /** The step after them whose loss was not finite, so that it was not applied; null if there is none. */
  readonly diverged: StepRow | null;
  readonly epochs: readonly EpochRow[];
  readonly gradients: readonly GradientRow[];
  readonly budgets: readonly BudgetChange[];
  /** The newest look at the gates between evaluations. Run files leave it out. */
  readonly usage: UsageRow | null;
  /** The newest layout of each branch. */
  readonly maps: Readonly<Partial<Record<Branch, MapLayout>>>;
  /** The newest gates; null without a gated branch, and if a run file leaves them out. */
  readonly mapGates: MapGates | null;
  /** Maps and gates after each evaluation, in the order of their steps, as far as they are kept. */
  readonly moments: readonly Moment[];
  /** The newest neighbours by features; null until they are found, and if a run file leaves them out. */
  readonly mapNearest: MapNearest | null;
  /**
   * The newest cautions on the accuracies and maps; empty if there is nothing to say. Run files leave them
   * out.
   */
  readonly cautions: readonly string[];
  readonly final: FinalRow | null;
  readonly stoppedEarly: boolean;
  readonly weights: WeightsFile | null;
  /** The network at other budgets than its own; null before it is measured, and after further steps. */
  readonly dial: Dial | null;
}

export const EMPTY_RECORD: RunRecord = {
  ready: null,
  floors: null,
  steps: [],
  diverged: null,
  epochs: [],
  gradients: [],
  budgets: [],
  usage: null,
  maps: {},
  mapGates: null,
  moments: [],
  mapNearest: null,
  cautions: [],
  final: null,
  stoppedEarly: false,
  weights: null,
  dial: null,
};

/**
 * The record after one more event. This is a pure fold, which the page and the command line share. For events
 * that leave no trace (states, progress, notices, failures), it returns the same object.
 */
export function addToRecord(record: RunRecord, event: SessionEvent): RunRecord {
  switch (event.kind) {
    case 'ready':
      return { ...record, ready: withKnownImages(event.ready, record.ready) };
    case 'mapImages':
      return { ...record, ready: record.ready && { ...record.ready, mapImages: event.mapImages } };
    case 'floors':
      return { ...record, floors: event.floors };
    case 'steps':
      // Weights that were handed out belong to an earlier step, and so does a dial.
      return { ...record, steps: record.steps.concat(event.rows), diverged: null, weights: null, dial: null };
    case 'diverged':
      return { ...record, diverged: event.row };
    case 'epoch':
      return { ...record, epochs: [...record.epochs, event.row] };
    case 'gradients':
      return { ...record, gradients: [...record.gradients, event.row] };
    case 'usage':
      return { ...record, usage: event.row };
    case 'budget':
      // If t_d was set several times after one step, only the last setting had an effect.
      return {
        ...record,
        budgets: [...before(record.budgets, event.step), { step: event.step, budget: event.budget }],
      };
    case 'map':
      return {
        ...record,
        maps: { ...record.maps, [event.branch]: newerMap(record.maps[event.branch], event) },
        moments: addToMoments(record.moments, event),
      };
    case 'features':
      if (event.gates.length === 0) return record;
      return {
        ...record,
        mapGates: { epoch: event.epoch, step: event.step, blocks: event.gates },
        moments: addToMoments(record.moments, event),
      };
    case 'nearest':
      return { ...record, mapNearest: nearestIn(event), moments: addToMoments(record.moments, event) };
    case 'cautions':
      return { ...record, cautions: event.cautions };
    case 'weights':
      return { ...record, weights: event.weights };
    case 'dial':
      return { ...record, dial: event.dial };
    case 'finished':
      return { ...record, final: event.final, stoppedEarly: event.stoppedEarly };
    case 'state':
    case 'progress':
    case 'images':
    case 'notice':
    case 'memory':
    case 'failed':
      return record;
    default:
      return event satisfies never;
  }
}

/**
 * The record as it was after `step` steps, before an evaluation that was due then. The session that continues
 * from there sends the later events again.
 */
export function rewound(record: RunRecord, step: number): RunRecord {
  return {
    ...record,
    steps: record.steps.filter((row) => row.step <= step),
    diverged: null,
    epochs: before(record.epochs, step),
    gradients: before(record.gradients, step),
    budgets: record.budgets.filter((change) => change.step <= step),
    usage: record.usage && record.usage.step <= step ? record.usage : null,
    maps: Object.fromEntries(Object.entries(record.maps).filter(([, map]) => map && map.step <= step)),
    mapGates: record.mapGates && record.mapGates.step <= step ? record.mapGates : null,
    moments: momentsBefore(record.moments, step),
    mapNearest: record.mapNearest && record.mapNearest.step <= step ? record.mapNearest : null,
    cautions: [],
    final: null,
    stoppedEarly: false,
    weights: null,
    dial: record.dial && record.dial.step <= step ? record.dial : null,
  };
}

function before<Row extends { readonly step: number }>(rows: readonly Row[], step: number): Row[] {
  return rows.filter((row) => row.step < step);
}

/** A PCA is only shown until the first UMAP, unless the user wants it. Later it would make the map jump. */
/** A session that goes on may begin before its map images are there. Those that are known stay. */
function withKnownImages(ready: Ready, known: Ready | null): Ready {
  return ready.mapImages.count === 0 && known ? { ...ready, mapImages: known.mapImages } : ready;
}

function newerMap(
  current: MapLayout | undefined,
  next: MapLayout & { readonly instead?: boolean },
): MapLayout {
  if (current?.projection === 'umap' && next.projection === 'pca' && !next.instead) return current;
  const { epoch, step, projection, neighbours, xy } = next;
  return { epoch, step, projection, neighbours, xy };
}
