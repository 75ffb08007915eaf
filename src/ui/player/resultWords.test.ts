import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { committedRun } from '../../store/recorded/committed.fixture.ts';
import { newRun } from '../../store/run/run.ts';
import { percent } from '../shell/format.ts';
import { resultWords } from './resultWords.ts';

it('tells what both branches reach, for which share of the work, beside guessing and the best floor', () => {
  const run = committedRun('dual-gating');
  const { knn20, macs } = run.record.final!;
  expect(resultWords(run)).toBe(
    `At its end 20-NN gets of 1,000 test images ${percent(knn20.gated!)} right with ${percent(macs.ratio!)} of the multiplications, ${percent(knn20.dense!)} with all of them (guessing 10.0 %; to beat: whitened components, ${percent(knn20.pixels!.components!)}).`,
  );
});

it('names the best floor as the line to beat, where more than raw pixels was measured', () => {
  const run = committedRun('vicreg');
  const final = run.record.final!;
  const pixels = { centred: 0.7, perImage: 0.8, components: 0.75 };
  const record = { ...run.record, final: { ...final, knn20: { ...final.knn20, pixels } } };
  expect(resultWords({ record })).toContain('; to beat: pixels less their image’s mean, 80.0 %).');
  expect(resultWords({ record })).not.toContain('raw pixels');
  const { pixels: _, ...earlierFloors } = final.knn20;
  const earlier = { ...run.record, final: { ...final, knn20: earlierFloors } };
  expect(resultWords({ record: earlier })).toContain(`raw pixels ${percent(final.knn20.rawPixels!)}`);
});

it('tells of a dense network alone, and nothing of a run that has not ended', () => {
  const run = committedRun('vicreg');
  expect(resultWords(run)).toContain(`${percent(run.record.final!.knn20.dense!)} right (guessing`);
  expect(resultWords(newRun('b', DEFAULT_CONFIG, { kind: 'here' }))).toBe('');
});
