import type { RunConfig } from '../config.ts';
import type { Branch } from '../metrics.ts';
import { slimBranch, widthOf } from './slim.ts';
import type { System, SystemText, Term } from './systems.ts';

type Parts = Pick<System, 'passes' | 'terms' | 'branches'>;
type SlimConfig = Pick<
  RunConfig,
  'slimWidth' | 'slimObjective' | 'slowStart' | 'distillation' | 'reweighting'
>;

export const SLIMMABLE: SystemText = {
  id: 'slimmable',
  label: 'Slimmable',
  summary:
    'Sub-networks are prefixes of every layer’s channels, the same for all images, with BatchNorms of their own.',
  source: 'Zhao et al., IJCV 2024 (SlimCLR)',
};

/** SlimCLR's widths; the full one is first. */
const SLIM_WIDTHS = [1, 0.75, 0.5, 0.25] as const;

/** Share of distillation in a narrow width's loss (SlimCLR's aux_loss_w). */
const DISTILLED = 0.5;

/**
 * The smallest comparison with dual gating: view 1 goes through one narrow width and view 2 through the full
 * one, with a shared projector. Only the choice of the sub-network differs: it is a fixed prefix of the
 * channels, and no gates choose per image.
 */
export function slimPair({ slimWidth, slimObjective }: SlimConfig): Parts {
  const narrow = slimBranch(slimWidth);
  return {
    passes: [
      { view: 0, branch: narrow },
      { view: 1, branch: 'dense' },
    ],
    terms: [{ kind: slimObjective, passes: [0, 1], teacher: null, branch: null, weight: 1, early: 1 }],
    branches: [narrow, 'dense'],
  };
}

/**
 * SlimCLR (Zhao et al., IJCV 2024, §3): every width sees both views, and one loss sums them: λ₁·L₁ + Σ
 * λ_w·[(1 − a)·L_w + a·D_w] with a = ½, λ_w = 1, and λ₁ = 1 + Σ w if re-weighted. Only L₁ counts until the
 * slow start is over. Of the distillations D_w, the embedding's has the weight of VICReg's invariance. So a
 * narrow width is pulled to the full one's output as strongly as one view to the other.
 */
export function slimClr({ slimObjective, slowStart, distillation, reweighting }: SlimConfig): Parts {
  const branches: readonly Branch[] = SLIM_WIDTHS.map((width) => (width === 1 ? 'dense' : slimBranch(width)));
  const passes = branches.flatMap((branch) => [{ view: 0, branch } as const, { view: 1, branch } as const]);
  const [, ...narrow] = branches;
  const full = reweighting ? 1 + narrow.reduce((sum, branch) => sum + widthOf(branch), 0) : 1;
  const terms: Term[] = branches.flatMap((branch, place) => {
    const pair = [2 * place, 2 * place + 1] as const;
    const own = { kind: slimObjective, passes: pair, teacher: null, branch } as const;
    if (place === 0) return [{ ...own, weight: full, early: slowStart ? 1 : full }];
    const early = (weight: number) => (slowStart ? 0 : weight);
    if (!distillation) return [{ ...own, weight: 1, early: early(1) }];
    const kind = slimObjective === 'vicreg' ? 'distil-embedding' : 'distil-logits';
    return [
      { ...own, weight: 1 - DISTILLED, early: early(1 - DISTILLED) },
      { kind, passes: pair, teacher: [0, 1], branch, weight: DISTILLED, early: early(DISTILLED) },
    ];
  });
  return { passes, terms, branches: branches.toReversed() };
}
