import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { SystemId } from '../../config.ts';
import { eventsOfRecorded, parseRecordedFile } from '../../recorded/recordedFile.ts';
import { fileName } from '../../recorded/systems.ts';
import { applyEvent, newRun, type RunState } from '../run/run.ts';

/** Where the recorded runs are that come with the page. */
export const RECORDED = fileURLToPath(new URL('../../../public/recorded/', import.meta.url));

/** The recorded run of a system, as it is committed, with black pictures. */
export function committedRun(system: SystemId): RunState {
  const file = parseRecordedFile(gunzipSync(readFileSync(RECORDED + fileName(system))).toString());
  const pixels = new Uint8Array(file.run.mapLabels.length * 32 * 32 * 3);
  const blank = newRun('a', file.run.config, { kind: 'opened', file: 'a' });
  return eventsOfRecorded(file, 'a', pixels).reduce<RunState>(applyEvent, blank);
}
