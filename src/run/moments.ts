import type { MapNearest, Moment } from './moment.ts';
import type { SessionEvent } from './protocol.ts';

export type { MapGates, MapLayout, MapNearest, Moment } from './moment.ts';

/** The neighbours that an event tells. */
export function nearestIn({ epoch, step, count, branches }: MapNearest): MapNearest {
  return { epoch, step, count, branches };
}

/** Most moments of a run that are kept. */
export const MOST_MOMENTS = 120;
/**
 * Most memory that the gates of all moments take, bytes. A moment of 1,000 images takes a quarter of a
 * megabyte at width 8, and 2 MB at width 64.
 */
export const MOST_BYTES = 64e6;

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
  if (event.kind === 'nearest')
    return changed(moments, event, (moment) => ({ ...moment, nearest: nearestIn(event) }));
  return moments;
}

function changed(
  moments: readonly Moment[],
  { epoch, step }: Pick<Moment, 'epoch' | 'step'>,
  change: (moment: Moment) => Moment,
): readonly Moment[] {
  const place = moments.findLastIndex((moment) => moment.step <= step);
  const there = moments[place];
  if (there?.step === step) return thinned(moments.with(place, change(there)));
  return thinned(
    moments.toSpliced(place + 1, 0, change({ epoch, step, maps: {}, gates: null, nearest: null })),
  );
}

/** As many moments as are kept. Of a longer run, every second one is given up, but not the last. */
function thinned(moments: readonly Moment[]): readonly Moment[] {
  const isWithin = moments.length <= MOST_MOMENTS && bytesOf(moments) <= MOST_BYTES;
  if (isWithin || moments.length <= 2) return moments;
  return moments.filter((_, i) => i % 2 === 0 || i === moments.length - 1);
}

/** Memory of their gates, one byte each. */
function bytesOf(moments: readonly Moment[]): number {
  let bytes = 0;
  for (const { gates } of moments) for (const block of gates?.blocks ?? []) bytes += block.length;
  return bytes;
}

/** The moments that a run keeps when it goes back to `step`, before an evaluation that was due then. */
export function momentsBefore(moments: readonly Moment[], step: number): readonly Moment[] {
  return moments.filter((moment) => moment.step <= step);
}
