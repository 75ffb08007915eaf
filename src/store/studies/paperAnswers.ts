import { PAPER_ROWS, type PaperRow } from '../../reference/paperTable.ts';
import type { QuestionId } from './questions.ts';

/** What the paper's table says about a question that short runs here answer as well. */
export interface PaperAnswer {
  readonly first: PaperRow;
  readonly second: PaperRow;
  /** Linear probe accuracy of the first less that of the second, a fraction. */
  readonly difference: number;
  /** 1 less the first one's MACs over the second one's. */
  readonly saved: number;
}

/** The rows of CIFAR-10, whose images have the size of those here. */
const ROWS = PAPER_ROWS.filter(({ data }) => data === 'CIFAR-10');

/**
 * The paper's rows at the t_d that is nearest to `budget`; for half the budget, the row nearest to the half
 * beside the one nearest to its double. Null for a question that the paper does not ask: it has no small
 * dense network.
 */
export function paperAnswerOf(question: QuestionId, budget: number): PaperAnswer | null {
  const gated = ROWS.filter(({ system, branch }) => system === 'dual-gating' && branch === 'gated');
  switch (question) {
    case 'gating':
      return compared(nearest(gated, budget), ROWS.find(({ system }) => system === 'vicreg')!);
    case 'half': {
      const first = nearest(gated.slice(0, -1), budget / 2);
      const wider = gated.filter((row) => row.budget! > first.budget!);
      return compared(first, nearest(wider, 2 * first.budget!));
    }
    case 'small':
      return null;
    default:
      return question satisfies never;
  }
}

/** The row whose t_d is nearest as a ratio. */
function nearest(rows: readonly PaperRow[], budget: number): PaperRow {
  const far = (row: PaperRow) => Math.abs(Math.log(row.budget! / budget));
  return rows.reduce((best, row) => (far(row) < far(best) ? row : best));
}

function compared(first: PaperRow, second: PaperRow): PaperAnswer {
  return {
    first,
    second,
    difference: first.accuracy - second.accuracy,
    saved: 1 - (first.ratio * first.denseMacs) / (second.ratio * second.denseMacs),
  };
}
