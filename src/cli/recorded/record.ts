import type { RunConfig } from '../../config.ts';
import type { TrainAndTest } from '../../data/images/dataset.ts';
import type { RecordingPlan } from '../../recorded/systems.ts';
import { addToMoments, type Moment } from '../../run/moments.ts';
import type { Command, DataSource, EngineChoice, SessionEvent } from '../../run/protocol.ts';
import { addToRecord, type RunRecord } from '../../run/record.ts';
import type { MapLayout, NearestEvent } from '../../session/door/mapProtocol.ts';
import { mapper } from '../../session/maps/mapper.ts';
import { trainOnce } from '../train/trainOnce.ts';

type Features = Extract<SessionEvent, { kind: 'features' }>;

export interface RecordOrder {
  readonly plan: RecordingPlan;
  readonly data: TrainAndTest;
  readonly source: DataSource;
  readonly engine: EngineChoice;
  onEvent(event: SessionEvent): void;
}

/** A run with the maps and gates of all its evaluations. */
export interface Recorded {
  readonly record: RunRecord;
  readonly moments: readonly Moment[];
}

/**
 * Trains a run, and draws the maps of each evaluation as the page would. The same order gives the same run
 * and the same maps, whatever the speed of the machine.
 * @throws Error if the run failed
 */
export async function record({ plan, data, source, engine, onEvent }: RecordOrder): Promise<Recorded> {
  const evaluations: Features[] = [];
  const mover = budgetMover(plan);
  const { record: trained, failure } = await trainOnce({
    ...{ config: plan.config, data, source, engine, threads: null },
    onEvent: (event, send) => {
      // Copies, because an engine may use its buffers again.
      if (event.kind === 'features') evaluations.push(structuredClone(event));
      mover(event, send);
      onEvent(event);
    },
  });
  if (failure !== null) throw new Error(failure);
  const drawn = await mapsOf(evaluations, plan.config);
  const moments = [...evaluations, ...drawn].reduce(addToMoments, []);
  return { record: drawn.reduce(addToRecord, trained), moments };
}

/** Sets t_d as planned. It waits for an evaluation, because only there every machine is at the same step. */
function budgetMover({ config, move }: RecordingPlan) {
  let moved = move === null;
  return (event: SessionEvent, send: (command: Command) => void): void => {
    if (moved || move === null || event.kind !== 'epoch') return;
    if (event.row.step < move.share * config.steps) return;
    moved = true;
    send({ kind: 'setBudget', budget: move.budget });
  };
}

/** Maps of all evaluations, each begun from the one before, and the neighbours by features. */
async function mapsOf(
  evaluations: readonly Features[],
  { seed }: Pick<RunConfig, 'seed'>,
): Promise<(MapLayout | NearestEvent)[]> {
  const maps: (MapLayout | NearestEvent)[] = [];
  const draw = mapper(
    (event) => {
      if (event.kind === 'nearest' || (event.kind === 'map' && event.projection === 'umap')) maps.push(event);
      // The features of a run that did not fail are finite: the program is wrong.
      if (event.kind === 'mapFailed') throw new RangeError(event.message);
    },
    () => Promise.resolve(),
  );
  for (const { run, epoch, step, count, features } of evaluations)
    await draw({ kind: 'layout', run, epoch, step, count, features, seed });
  return maps;
}
