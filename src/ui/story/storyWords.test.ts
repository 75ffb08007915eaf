import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { parseRunSet } from '../../run/sets/runSetFile.ts';
import { committedRun, RECORDED } from '../../store/recorded/committed.fixture.ts';
import { newRun } from '../../store/run/run.ts';
import { sectionsOf } from '../../store/runs/runsTable.ts';
import { STORY } from '../../store/story/story.ts';
import { type Answer, answerOf } from '../../store/studies/questions.ts';
import { STORY_TITLES, sentencesOf } from './storyWords.ts';

/** What the committed run sets answer. */
function smallAnswer(): Answer {
  const runs = ['emoji10-sweep.json', 'emoji10-small.json'].flatMap((name) =>
    parseRunSet(readFileSync(RECORDED + name, 'utf8')).runs.map((run) => ({
      ...run,
      origin: 'recorded' as const,
      keptRuns: [],
    })),
  );
  return answerOf('small', sectionsOf(runs, 'knn20'), DEFAULT_CONFIG)!;
}

const dual = committedRun('dual-gating');
const vicreg = committedRun('vicreg');
const says = (step: number, run = dual, small: Answer | null = null) =>
  sentencesOf({ step, run, small }).join(' ');
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

describe('the story', () => {
  it('has a heading and two to four sentences for each step, of the run that it shows', () => {
    expect(STORY_TITLES).toHaveLength(STORY.length);
    const told = STORY.map(({ system }, i) =>
      says(i + 1, system === 'vicreg' ? vicreg : dual, i === 4 ? smallAnswer() : null),
    );
    for (const text of told) {
      expect(text).not.toMatch(/NaN|undefined|null|–|Infinity/);
      const sentences = text.match(/[^.]\.( |$)/g)!.length;
      expect(sentences, text).toBeGreaterThanOrEqual(2);
      expect(sentences, text).toBeLessThanOrEqual(4);
    }
  });

  it('tells what both branches reach, and whether they can be told apart', () => {
    const { knn20, macs } = dual.record.final!;
    const text = says(1);
    for (const share of [knn20.dense!, knn20.gated!, macs.ratio!]) expect(text).toContain(percent(share));
    expect(text).toContain(`After ${dual.config.steps} steps of ${dual.config.batch} images`);
    const far = {
      ...dual,
      record: { ...dual.record, final: { ...dual.record.final!, knn20: { ...knn20, dense: 0.9 } } },
    };
    expect(says(1, far)).toContain('more than two standard errors');
    expect(says(1)).toContain('less than two standard errors');
  });

  it('tells how the gates followed the budget', () => {
    const [change] = dual.record.budgets;
    const { epochs } = dual.record;
    const text = says(2);
    expect(text).toContain(
      `At step ${change!.step} of the recorded run it was set from 0.50 to ${change!.budget.toFixed(2)}`,
    );
    const after = epochs.find(({ step }) => step > change!.step)!;
    expect(text).toContain(`${percent(after.macRatio!)} at step ${after.step}`);
    expect(text).toContain(`and ${percent(epochs.at(-1)!.macRatio!)} at step ${epochs.at(-1)!.step}`);
    expect(says(2, committedRun('vicreg-gating'))).toContain(
      'In the recorded run it stayed at 0.30, and the gates spent',
    );
  });

  it('counts the channels of all blocks', () => {
    const usage = dual.record.epochs.at(-1)!.channelUsage;
    const [, all, on, off, dependent] =
      /of (\d+) gated channels (\d+) are always open, (\d+) never, and (\d+)/.exec(says(3))!.map(Number);
    expect(all).toBe(usage.reduce((sum, { channels }) => sum + channels, 0));
    expect(on! + off! + dependent!).toBe(all);
  });

  it('counts the images that the branches name alike', () => {
    const [, all, both, dense, gated] =
      /Of ([\d,]+) test images, both branches name (\d+) correctly, the dense one alone (\d+), the gated one alone (\d+)/
        .exec(says(4))!
        .map((text) => Number(text.replace(',', '')));
    const { knn20 } = dual.record.final!;
    expect(both! + dense!).toBe(Math.round(knn20.dense! * all!));
    expect(both! + gated!).toBe(Math.round(knn20.gated! * all!));
  });

  it('names floors and the small dense network, which are there or not', () => {
    const { pixels, dense } = vicreg.record.final!.knn20;
    const small = smallAnswer();
    const text = says(5, vicreg, small);
    for (const share of [pixels!.components!, dense!]) expect(text).toContain(percent(share));
    expect(text).toContain(`of width ${small.second.group.config.width} costs`);
    expect(says(5, vicreg, { ...small, difference: 0.2, half: 0.02 })).toContain('is better than the small');
    expect(says(5, vicreg, { ...small, difference: 0.01, half: 0.02 })).toContain('not shown to differ from');
    expect(says(5, vicreg)).not.toContain('width');
    expect(text).toContain('do not show that it pays off');
    expect(says(5, vicreg, { ...small, difference: 0.2, half: 0.02 })).not.toContain('pays off');
  });

  it('names the best floor where more than raw pixels was measured', () => {
    const final = vicreg.record.final!;
    const pixels = { centred: 0.7, perImage: 0.8, components: 0.75 };
    const record = { ...vicreg.record, final: { ...final, knn20: { ...final.knn20, pixels } } };
    expect(says(5, { ...vicreg, record })).toContain('(pixels less their image’s mean) already names 80.0 %');
    const { pixels: _, ...earlierFloors } = final.knn20;
    const earlier = { ...vicreg.record, final: { ...final, knn20: earlierFloors } };
    expect(says(5, { ...vicreg, record: earlier })).toContain('(raw pixels) already');
  });

  it('leaves out what a run does not have', () => {
    const blank = newRun('b', DEFAULT_CONFIG, { kind: 'here' });
    for (const step of [1, 2, 3, 4, 5]) expect(says(step, blank)).not.toMatch(/\d\.?\d* %|NaN|undefined/);
  });
});
