import type { Branch } from '../metrics.ts';
import type { SessionEvent } from './protocol.ts';
import type { MapGates, MapLayout, RunRecord } from './record.ts';

/** What maps and gates showed after one evaluation. The record itself holds only the newest. */
export interface Moment {
  readonly epoch: number;
  readonly step: number;
  readonly maps: Readonly<Partial<Record<Branch, MapLayout>>>;
  /** Null without a gated branch. */
  readonly gates: MapGates | null;
}

/**
 * Most moments of a run that are kept. A moment of 1,000 images and 480 channels is about half a megabyte.
 */
export const MOST_MOMENTS = 120;

/**
 * The moments after one more event, in the order of their steps. Pure. Events without a map or gates give the
 * same list.
 */
export function addToMoments(moments: readonly Moment[], event: SessionEvent): readonly Moment[] {
  if (event.kind === 'map') {
    const { branch, epoch, step, projection, neighbours, xy } = event;
    // As in the record: a PCA is only shown until the branch has a UMAP, unless the user wants it.
    const isUnasked = projection === 'pca' && !event.instead;
    if (isUnasked && moments.some(({ maps }) => maps[branch]?.projection === 'umap')) return moments;
    const layout = { epoch, step, projection, neighbours, xy };
    return changed(moments, event, ({ maps, ...rest }) => ({ ...rest, maps: { ...maps, [branch]: layout } }));
  }
  if (event.kind === 'features' && event.gates.length > 0) {
    const gates = { epoch: event.epoch, step: event.step, blocks: event.gates };
    return changed(moments, event, (moment) => ({ ...moment, gates }));
  }
  return moments;
}

function changed(
  moments: readonly Moment[],
  { epoch, step }: Pick<Moment, 'epoch' | 'step'>,
  change: (moment: Moment) => Moment,
): readonly Moment[] {
  const place = moments.findLastIndex((moment) => moment.step <= step);
  const there = moments[place];
  if (there?.step === step) return moments.with(place, change(there));
  return thinned(moments.toSpliced(place + 1, 0, change({ epoch, step, maps: {}, gates: null })));
}

/** At most `MOST_MOMENTS` moments. Of a longer run, every second one is given up, but not the last. */
function thinned(moments: readonly Moment[]): readonly Moment[] {
  if (moments.length <= MOST_MOMENTS) return moments;
  return moments.filter((_, i) => i % 2 === 0 || i === moments.length - 1);
}

/** The moments that a run keeps when it goes back to `step`, before an evaluation that was due then. */
export function momentsBefore(moments: readonly Moment[], step: number): readonly Moment[] {
  return moments.filter((moment) => moment.step <= step);
}

/**
 * A run as it stood after `step` steps: curves, evaluations, budgets, maps and gates. Where no map so early
 * was kept, the earliest one stands in, and tells its own step. Weights stay those of the newest step.
 */
export function recordAt(record: RunRecord, moments: readonly Moment[], step: number): RunRecord {
  if (step >= (record.steps.at(-1)?.step ?? 0)) return record;
  const until = <Row extends { readonly step: number }>(rows: readonly Row[]): readonly Row[] =>
    rows.filter((row) => row.step <= step);
  return {
    ...record,
    steps: until(record.steps),
    epochs: until(record.epochs),
    gradients: until(record.gradients),
    budgets: until(record.budgets),
    diverged: null,
    usage: record.usage && record.usage.step <= step ? record.usage : null,
    maps: mapsAt(record, moments, step),
    mapGates: gatesAt(record, moments, step),
    cautions: [],
    final: null,
    stoppedEarly: false,
  };
}

function mapsAt(record: RunRecord, moments: readonly Moment[], step: number): RunRecord['maps'] {
  const branches = Object.keys(record.maps) as Branch[];
  return Object.fromEntries(
    branches.map((branch) => {
      const drawn = moments.filter(({ maps }) => maps[branch] !== undefined);
      const moment = drawn.findLast((one) => one.step <= step) ?? drawn[0];
      return [branch, moment?.maps[branch] ?? record.maps[branch]];
    }),
  );
}

function gatesAt(record: RunRecord, moments: readonly Moment[], step: number): MapGates | null {
  const decided = moments.filter(({ gates }) => gates !== null);
  return (decided.findLast((one) => one.step <= step) ?? decided[0])?.gates ?? record.mapGates;
}
