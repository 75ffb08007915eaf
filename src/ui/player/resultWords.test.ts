import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { SystemId } from '../../config.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { eventsOfRecorded, parseRecordedFile } from '../../recorded/recordedFile.ts';
import { fileName } from '../../recorded/systems.ts';
import { applyEvent, newRun, type RunState } from '../../store/run/run.ts';
import { percent } from '../shell/format.ts';
import { resultWords } from './resultWords.ts';

/** A run as it is committed. */
function recorded(system: SystemId): RunState {
  const path = fileURLToPath(new URL(`../../../public/recorded/${fileName(system)}`, import.meta.url));
  const file = parseRecordedFile(gunzipSync(readFileSync(path)).toString());
  const pixels = new Uint8Array(file.run.mapLabels.length * 32 * 32 * 3);
  const blank = newRun('a', file.run.config, { kind: 'opened', file: 'a' });
  return eventsOfRecorded(file, 'a', pixels).reduce<RunState>(applyEvent, blank);
}

it('tells what both branches reach, for which share of the work, beside guessing and pixels', () => {
  const run = recorded('dual-gating');
  const { knn20, macs } = run.record.final!;
  expect(resultWords(run)).toBe(
    `At its end 20-NN gets of 1,000 test images ${percent(knn20.gated!)} right with ${percent(macs.ratio!)} of the multiplications, ${percent(knn20.dense!)} with all of them (guessing 10.0 %, raw pixels ${percent(knn20.rawPixels!)}).`,
  );
});

it('tells of a dense network alone, and nothing of a run that has not ended', () => {
  const run = recorded('vicreg');
  expect(resultWords(run)).toContain(`${percent(run.record.final!.knn20.dense!)} right (guessing`);
  expect(resultWords(newRun('b', DEFAULT_CONFIG, { kind: 'here' }))).toBe('');
});
