import type { RunConfig } from '../../config.ts';
import type { StepRow } from '../../metrics.ts';
import { type PassLabel, passLabels, termLabels } from '../../store/run/branches.ts';
import { branchCurve } from './branchCurves.ts';
import type { Curve } from './curves.ts';
import type { Measured } from './smoothCurve.ts';

/**
 * What one small chart shows of a step. In runs of other systems the term of this label may have another key.
 */
export interface TermCurve {
  readonly curve: Curve;
  /** False for a setting, which has nothing to be smoothed. */
  readonly measured: boolean;
  read(row: StepRow): number;
  /** What each of the two embeddings adds to it; none where that is not known or makes no sense. */
  readonly parts: readonly Measured<StepRow>[];
}

type Named = keyof Pick<
  StepRow,
  'invariance' | 'variance' | 'covariance' | 'budgetLoss' | 'boundLoss' | 'lr'
>;

const NAMED: readonly (readonly [Named, string, string])[] = [
  ['invariance', 'invariance', 'var(--accent)'],
  ['variance', 'variance', 'var(--text)'],
  ['covariance', 'covariance', 'var(--text)'],
  ['budgetLoss', 'budget', 'var(--target)'],
  ['boundLoss', 'bound', 'var(--gated)'],
];

/**
 * The curves of a run. Gates add terms, a contrastive loss has none of VICReg's, and SlimCLR has a loss for
 * each width.
 * @param first the run's first step
 */
export function termCurves(first: StepRow, config: RunConfig): TermCurve[] {
  const gates = first.macRatio !== null;
  const named = NAMED.filter(([key]) =>
    key === 'budgetLoss' || key === 'boundLoss' ? gates : Number.isFinite(first[key]),
  ).map(
    ([key, label, color]): TermCurve => ({
      ...{ curve: { key, label, color }, measured: true },
      read: (row) => row[key],
      parts: key === 'variance' || key === 'covariance' ? partsOf(key, first, config) : [],
    }),
  );
  const labels = termLabels(config);
  const perTerm = labels.map((label, i): TermCurve => {
    const color = i === 0 ? 'var(--dense)' : 'var(--term)';
    return {
      ...{ curve: { key: `term ${i}`, label, color }, measured: true, parts: [] },
      read: (row) => row.terms[i] ?? Number.NaN,
    };
  });
  const rate: TermCurve = {
    curve: { key: 'lr', label: 'learning rate', color: 'var(--muted)' },
    ...{ measured: false, parts: [] },
    read: (row) => row.lr,
  };
  return [...named, ...(labels.length > 1 || named.length === 0 ? perTerm : []), rate];
}

/** Whether a run has VICReg's terms, but was recorded before those of each embedding were. */
export function lacksParts(first: StepRow): boolean {
  return Number.isFinite(first.variance) && first.byPass === undefined;
}

function partsOf(
  term: 'variance' | 'covariance',
  { byPass }: StepRow,
  config: RunConfig,
): readonly Measured<StepRow>[] {
  if (byPass === undefined) return [];
  return passLabels(config).map((pass, i) => ({
    curve: passCurve(pass, i),
    read: (row) => row.byPass?.[term][i] ?? Number.NaN,
    raw: false,
  }));
}

function passCurve({ label, branch }: PassLabel, place: number): Curve {
  const { color } = branchCurve(branch, [branch]);
  // Two views of one branch have its colour both.
  return { key: `pass ${place}`, label, color, dashed: label.startsWith('view') && place > 0 };
}
