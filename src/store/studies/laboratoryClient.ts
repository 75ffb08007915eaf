import { LaboratoryClient, type Subject } from '../../laboratory/door/client.ts';
import type { DataSource } from '../../run/protocol.ts';
import { sourceKey } from '../../run/sets/runSummary.ts';
import { usePlayground } from '../playground.ts';
import { type RunState, stepsMade } from '../run/run.ts';
import { useSettings } from '../settings.ts';

/** The page's only laboratory. Studies share encoded images, and orders never compete. */
export const laboratoryClient = new LaboratoryClient();

/**
 * A run's present weights, with the images that it trains on. For a recorded run, the images that are chosen
 * now.
 */
export function laboratorySubject(run: RunState, weights: Subject['weights']): Subject {
  const source = usePlayground.getState().source ?? useSettings.getState().source;
  return { name: `${run.run} after ${stepsMade(run)} steps on ${sourceName(source)}`, weights, source };
}

let lastFiles: DataSource | null = null;
let fileSources = 0;

/** A name for the source. Equal files and equal embedded sets have equal names. */
function sourceName(source: DataSource): string {
  if (source.kind === 'emoji10') return `${source.kind} ${source.test}`;
  if (source.kind === 'hub') return sourceKey(source);
  if (source !== lastFiles) fileSources++;
  lastFiles = source;
  return `files ${fileSources}`;
}
