import { hasGates } from '../../settings.ts';
import type { RunState } from '../run.ts';
import { newestUsage } from '../usage.ts';
import { type Dial, type DialPoint, dialBranch, type Turned } from './onDial.ts';

export { cautionOf } from '../../../run/dialCaution.ts';

/** A place where the dial rests. */
export interface Stop {
  /** The share of the dense MACs that is asked for there, 0–1. */
  readonly place: number;
  /** Null for the run as it was trained. */
  readonly point: DialPoint | null;
}

/**
 * The places where a run's dial rests, in their order: its points, and the run as it was trained, at its own
 * t_d. Of a slimmable network that is the full width.
 */
export function stopsOf(run: RunState, { points }: Dial): Stop[] {
  const isGated = hasGates(run.config);
  const trained: Stop = { place: isGated ? run.budget : 1, point: null };
  const others = isGated ? points : points.filter((point) => dialBranch(point) !== 'dense');
  const stops = others.map((point): Stop => ({ place: point.budget, point }));
  return [trained, ...stops].toSorted((a, b) => a.place - b.place);
}

/** The index of the stop that is nearest to a place. Of equally near ones, it is a point of the dial. */
export function nearestStop(stops: readonly Stop[], place: number): number {
  const away = (stop: Stop) => Math.abs(stop.place - place);
  return stops.reduce((best, stop, i) => {
    const [now, then] = [away(stop), away(stops[best]!)];
    return now < then || (now === then && stops[best]!.point === null) ? i : best;
  }, 0);
}

/** The gates of a network at a point of its dial. */
export interface GatesAt {
  /** The share of the dense MACs that was asked for. */
  readonly budget: number;
  /** δ */
  readonly gateShift: number;
}

/** The gates where the dial stands; null where it stands at none, or moves a width. */
export function gatesAt(turned: Turned | null): GatesAt | null {
  if (turned === null || turned.point.setting.kind !== 'shift') return null;
  const { budget, setting } = turned.point;
  return { budget, gateShift: setting.shift };
}

/** What is measured of a network at one budget. */
export interface Measured {
  /** Share of the dense MACs on the test images. */
  readonly macRatio: number | null;
  readonly knn20: number | null;
  readonly standardError: number | null;
}

/** The run as it was trained, by its last evaluation; all unknown if it was not evaluated after that step. */
export function asTrained({ record, config }: RunState, { step }: Dial): Measured {
  const branch = hasGates(config) ? 'gated' : 'dense';
  const own = record.epochs.findLast((row) => row.step === step);
  return {
    macRatio: branch === 'dense' ? 1 : (newestAt(record, step)?.macRatio ?? null),
    knn20: own?.knn20[branch] ?? null,
    standardError: own?.sample?.standardError[branch] ?? null,
  };
}

function newestAt(record: RunState['record'], step: number) {
  const newest = newestUsage(record);
  return newest?.step === step ? newest : null;
}
