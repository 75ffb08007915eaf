import type { RunConfig } from '../../config.ts';
import type { TrainAndTest } from '../../data/images/dataset.ts';
import { performDial } from '../../laboratory/dial.ts';
import { DIAL_BUDGETS } from '../../laboratory/door/dialOrder.ts';
import type { JobProgress } from '../../laboratory/jobs.ts';
import { openLaboratory } from '../../laboratory/laboratory.ts';
import { systemOf } from '../../network/fromConfig.ts';
import type { RunRecord } from '../../run/record.ts';
import { enginePlaces } from '../places.ts';

/** A run that has ended, with what its dial needs. */
export interface DialledRun {
  readonly record: RunRecord;
  readonly config: RunConfig;
  readonly data: TrainAndTest;
}

/**
 * The record of a run with its dial at the budgets of the page's, measured on the images of the run's own
 * evaluations. A run that serves one budget only stays as it is. Nothing is drawn of its points: maps and
 * gates of ten more networks would make the file several times as large.
 * @param tell hears of each piece of work
 */
export async function withDial(
  { record, config, data }: DialledRun,
  tell: (progress: JobProgress) => void = () => {},
): Promise<RunRecord> {
  const { weights, steps } = record;
  if (weights === null || systemOf(config).branches.every((branch) => branch === 'dense')) return record;
  const laboratory = await openLaboratory(weights, data, enginePlaces(), 'wasm');
  try {
    const { dial } = await performDial(
      laboratory,
      {
        ...{ kind: 'dial', budgets: DIAL_BUDGETS, step: steps.at(-1)?.step ?? 0, sample: null },
        ...{ shuffle: config.evaluationShare < 1 ? config.seed : null, map: null },
      },
      async (progress) => tell(progress),
    );
    return { ...record, dial };
  } finally {
    laboratory.dispose();
  }
}
