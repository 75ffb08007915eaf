import type { RunConfig } from '../../config.ts';
import { smallDense } from '../../network/smallDense.ts';
import { setupKey } from '../../run/settingsKey.ts';
import type { SweepOrder } from '../../run/sweep/sweepPlan.ts';
import { compareSeeds, moreSeedsText } from '../../statistics/pairedSeeds.ts';
import type { RunOrigin } from '../runs/runsShelf.ts';
import type { BranchRow, RunSection } from '../runs/runsTable.ts';

/** Questions that runs of two kinds answer. */
export type QuestionId = 'gating' | 'half' | 'small';

/** What two kinds of runs say about a question: the first one's accuracy less that of the second. */
export interface Answer {
  readonly first: BranchRow;
  readonly second: BranchRow;
  readonly origin: RunOrigin;
  /** Difference of the mean accuracies, a fraction. */
  readonly difference: number;
  /**
   * Half the width of its 95 % interval, a fraction: the larger of two standard errors by the number of test
   * images and, from two seeds on, Student's interval over the seeds (statistics/pairedSeeds.ts).
   */
  readonly half: number;
  /** What would tell where the seeds do not, such as “about 4 more seeds”; null where they do, or are one. */
  readonly wanting: string | null;
  /** Number of seeds that both have. */
  readonly seeds: number;
  /** 1 less the first one's MACs over the second one's. */
  readonly saved: number;
}

/** Standard errors by the test images that an interval of 95 % reaches on either side. */
const IMAGES = 2;

/** Seeds of a question's runs. */
const SEEDS = [1, 2, 3];
/** The smallest budget that can be asked for. */
const LEAST_BUDGET = 0.05;

/** Whether the difference is shown by these runs, and in which direction. */
export function verdictOf({ difference, half }: Answer): 'more' | 'less' | 'not shown' {
  if (Math.abs(difference) <= half) return 'not shown';
  return difference > 0 ? 'more' : 'less';
}

/**
 * The runs that answer a question with these settings, or a sentence if they cannot.
 * @param input side of the images, pixels
 */
export function orderOf(question: QuestionId, config: RunConfig, input: number): SweepOrder | string {
  const gated = { system: 'dual-gating' } as const;
  const shared = { seeds: SEEDS, config };
  const { budget } = config;
  switch (question) {
    case 'gating':
      return { ...shared, systems: [{ system: 'vicreg' }, gated], budgets: [budget] };
    case 'half':
      if (budget / 2 < LEAST_BUDGET)
        return `Half of t_d ${budget.toFixed(2)} is less than a network can be asked for.`;
      return { ...shared, systems: [gated], budgets: [budget, Math.round(50 * budget) / 100] };
    case 'small': {
      const small = smallDense(config, input);
      if (small === null) return 'There is no narrower network than this one: choose a width above 2.';
      return { ...shared, systems: [{ system: 'vicreg', width: small.width }, gated], budgets: [budget] };
    }
    default:
      return question satisfies never;
  }
}

/** The share of these settings’ dense MACs that their small dense network spends; null if there is none. */
export function smallShareOf(config: RunConfig, input: number): number | null {
  return smallDense(config, input)?.share ?? null;
}

/**
 * The answer that runs give which are there already: of the runs most like the next one, trained here before
 * recorded. Null without such runs.
 */
export function answerOf(
  question: QuestionId,
  sections: readonly RunSection[],
  config: RunConfig,
): Answer | null {
  const setup = setupKey(config);
  const far = ({ first, second }: Answer) => {
    const alike = setupKey(first.group.config) === setup;
    const recorded = first.group.origin === 'recorded';
    // Runs that were recorded say more than own ones that were cut short or made tiny.
    const rank = alike ? Number(recorded) : recorded ? 2 : 3;
    const budget = Math.abs(Math.log(first.group.config.budget / config.budget));
    const half = question === 'half' ? Math.abs(Math.log((2 * budgetOf(first)) / budgetOf(second))) : budget;
    return 10 * rank + half;
  };
  const rows = sections.flatMap((section) => section.rows).filter(isWhole);
  const answers = rows.filter(isGated).flatMap((row) =>
    rows.flatMap((other) => {
      const [first, second] = question === 'half' ? [other, row] : [row, other];
      return isPair(question, first, second) ? [compared(first, second)] : [];
    }),
  );
  return answers.reduce<Answer | null>(
    (nearest, each) => (nearest === null || far(each) < far(nearest) ? each : nearest),
    null,
  );
}

function isPair(question: QuestionId, first: BranchRow, second: BranchRow): boolean {
  const [a, b] = [first.group, second.group];
  if (a.origin !== b.origin || dataOf(first) !== dataOf(second)) return false;
  const alike = setupKey(a.config) === setupKey(b.config);
  switch (question) {
    case 'gating':
      return alike && isDense(second);
    case 'half':
      return alike && isGated(first) && budgetOf(first) < budgetOf(second);
    case 'small':
      return (
        isDense(second) &&
        b.config.width < a.config.width &&
        setupKey({ ...b.config, width: a.config.width }) === setupKey(a.config)
      );
    default:
      return question satisfies never;
  }
}

function isWhole({ group, accuracy }: BranchRow): boolean {
  return group.whole && accuracy !== null;
}

function isGated({ group, branch }: BranchRow): boolean {
  return group.config.system === 'dual-gating' && branch === 'gated';
}

function isDense({ group }: BranchRow): boolean {
  return group.config.system === 'vicreg';
}

function budgetOf({ group }: BranchRow): number {
  return group.config.budget;
}

function dataOf({ group }: BranchRow): string {
  const { name, train, test } = group.runs[0]!.data;
  return JSON.stringify([name, train, test]);
}

function compared(first: BranchRow, second: BranchRow): Answer {
  const bySeed = first.group.runs.flatMap((run) => {
    const twin = second.group.runs.find(({ config }) => config.seed === run.config.seed);
    const mine = accuracyIn(run.branches, first);
    const theirs = twin ? accuracyIn(twin.branches, second) : null;
    return mine === null || theirs === null ? [] : [mine - theirs];
  });
  const comparison = compareSeeds(bySeed);
  const byImages = Math.hypot(first.standardError ?? 0, second.standardError ?? 0);
  return {
    ...{ first, second, origin: first.group.origin, seeds: bySeed.length },
    difference: comparison?.mean ?? first.accuracy!.mean - second.accuracy!.mean,
    half: Math.max(IMAGES * byImages, comparison?.half ?? 0),
    wanting: comparison && moreSeedsText(comparison),
    saved: 1 - first.macs.mean / second.macs.mean,
  };
}

function accuracyIn(
  branches: readonly { readonly branch: string; readonly knn20: number | null }[],
  { branch }: BranchRow,
): number | null {
  return branches.find((result) => result.branch === branch)?.knn20 ?? null;
}
