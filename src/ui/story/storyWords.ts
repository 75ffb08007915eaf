import { lineToBeat, PIXEL_FLOORS } from '../../metrics.ts';
import { rightTogether } from '../../store/story/rightTogether.ts';
import type { Told } from '../../store/story/story.ts';
import { verdictOf } from '../../store/studies/questions.ts';
import { count, isNumber, macs, percent, signed } from '../shell/format.ts';

/** Headings of the story’s steps. */
export const STORY_TITLES: readonly string[] = [
  'Dense and gated at once',
  'A budget that moves while it trains',
  'Which channels an image opens',
  'The same images in two maps',
  'Where the limits are',
];

/**
 * What a step of the story says: two to four sentences, with the numbers of its run. A sentence whose numbers
 * the run does not have is left out.
 */
export function sentencesOf(told: Told): readonly string[] {
  return TELLERS[told.step - 1]?.(told) ?? [];
}

const TELLERS: readonly ((told: Told) => string[])[] = [atOnce, ofBudget, ofChannels, ofMaps, ofLimits];

function atOnce({ run: { config, record } }: Told): string[] {
  const { final } = record;
  const said = [
    'Of two views of each image, one goes through the whole network, the other only through the channels that its gates open. Both share one set of weights, and no labels are used.',
  ];
  const { gated, dense } = final?.knn20 ?? {};
  const ratio = final?.macs.ratio;
  if (isNumber(gated) && isNumber(dense) && isNumber(ratio)) {
    const test = final?.sample?.test;
    const errors = final?.sample?.standardError;
    const apart = Math.abs(gated - dense);
    const error = Math.hypot(errors?.gated ?? 0, errors?.dense ?? 0);
    said.push(
      `After ${count(config.steps)} steps of ${count(config.batch)} images, a vote of 20 neighbours names ${percent(dense)} of ${test === undefined ? 'the' : count(test)} test images correctly by the dense branch, and ${percent(gated)} by the gated one, which computes ${percent(ratio)} of the multiply-adds.`,
    );
    if (error > 0)
      said.push(
        `The two are ${(100 * apart).toFixed(1)} points apart, ${apart > 2 * error ? 'more' : 'less'} than two standard errors of the difference (${(200 * error).toFixed(1)} points): ${apart > 2 * error ? 'a difference that these images show' : 'these images show no difference'}.`,
      );
  }
  return said;
}

function ofBudget({ run: { config, record } }: Told): string[] {
  const said = [
    'The budget t_d is the share of the dense network’s multiply-adds that the gated branch may use on average.',
  ];
  const [change] = record.budgets;
  const measured = record.epochs.filter(({ macRatio }) => macRatio !== null);
  const last = measured.at(-1);
  if (change) {
    said.push(
      `At step ${count(change.step)} of the recorded run it was set from ${config.budget.toFixed(2)} to ${change.budget.toFixed(2)}, and training went on.`,
    );
    // An evaluation that was due at the same step came before the change.
    const before = measured.findLast((row) => row.step <= change.step);
    const after = measured.find((row) => row.step > change.step);
    if (before && after && last)
      said.push(
        `The gates followed: before it they spent ${percent(before.macRatio)} (step ${count(before.step)}), after it ${percent(after.macRatio)} at step ${count(after.step)}${last === after ? '' : ` and ${percent(last.macRatio)} at step ${count(last.step)}`}.`,
      );
  } else if (last) {
    said.push(
      `In the recorded run it stayed at ${config.budget.toFixed(2)}, and the gates spent ${percent(last.macRatio)} at the end.`,
    );
  }
  said.push('It is a soft penalty in the loss, so what is spent settles near t_d, not on it.');
  return said;
}

function ofChannels({ run: { record } }: Told): string[] {
  const usage = record.epochs.at(-1)?.channelUsage ?? [];
  const said = [
    'Every test image opens a channel, or none does, or the image decides: the three cases of the paper’s figure 1.',
  ];
  const sum = (pick: (block: (typeof usage)[number]) => number) =>
    usage.reduce((total, block) => total + pick(block), 0);
  const all = sum(({ channels }) => channels);
  if (all > 0) {
    const [on, off, dependent] = [sum((b) => b.on), sum((b) => b.off), sum((b) => b.dependent)];
    said.push(
      `At the end of the recorded run, of ${count(all)} gated channels ${count(on)} are always open, ${count(off)} never, and ${count(dependent)} (${percent(dependent / all, 0)}) depend on the image.`,
    );
  }
  said.push(
    'Channels that no image opens could be cut away for good; those that depend on the image are what gating offers beyond that.',
  );
  return said;
}

function ofMaps({ run: { record } }: Told): string[] {
  const placed = (record.maps.dense ?? record.maps.gated)?.xy.length;
  const said = [
    `Both maps place the same ${placed === undefined ? '' : `${count(placed / 2)} `}test images so that images with similar features are neighbours: once by the dense branch, once by the gated one, as in the paper’s figure 2.`,
    'Colours are the labels, which training never saw: where a colour gathers in both, both branches have learnt it. Distances between far groups mean little.',
  ];
  const right = rightTogether(record);
  if (right)
    said.push(
      `Of ${count(right.images)} test images, both branches name ${count(right.both)} correctly, the dense one alone ${count(right.dense)}, the gated one alone ${count(right.gated)}.`,
    );
  return said;
}

function ofLimits({ run: { config, record }, small }: Told): string[] {
  const { final } = record;
  const said: string[] = [];
  if (final && isNumber(final.knn20.rawPixels) && isNumber(final.knn20.dense)) {
    const { rawPixels, dense } = final.knn20;
    const floor = lineToBeat(final.knn20) ?? { name: PIXEL_FLOORS.rawPixels, share: rawPixels };
    said.push(
      `A vote of 20 neighbours without any training (${floor.name}) already names ${percent(floor.share)} of the test images correctly; the recorded run of the dense network alone reaches ${percent(dense)} after ${count(config.steps)} steps (${signed(100 * (dense - floor.share), 1)} points).`,
    );
  }
  if (small) {
    const { first, second, difference, half, seeds } = small;
    const verdicts = { more: 'better than', less: 'worse than', 'not shown': 'not shown to differ from' };
    said.push(
      `A dense network of width ${second.group.config.width} costs ${macs(second.macs.mean)} multiply-adds, and the gated one spends ${macs(first.macs.mean)} at t_d ${first.group.config.budget.toFixed(2)}. After ${count(first.group.config.steps)} steps and over ${count(seeds)} ${seeds === 1 ? 'seed' : 'seeds'} the gated one is ${verdicts[verdictOf(small)]} the small one: ${signed(100 * difference, 1)} ± ${(100 * half).toFixed(1)} points.`,
    );
    if (verdictOf(small) !== 'more')
      said.push(
        'So this page shows how gating works; runs as small and short as these do not show that it pays off.',
      );
  }
  return said;
}
