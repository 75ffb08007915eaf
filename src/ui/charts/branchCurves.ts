import type { Branch, PerBranch } from '../../metrics.ts';
import type { Curve } from './curves.ts';

/** Colours of the narrow widths, from the widest to the narrowest as in the legend. */
const SLIM_COLORS = ['var(--term)', 'var(--target)', 'var(--accent)', 'var(--gated)'];

/** The branches that have a number: dense, gated, then widths from wide to narrow. */
export function branchesWith(values: PerBranch): Branch[] {
  const slim = (Object.keys(values) as Branch[]).filter((branch) => branch.startsWith('slim'));
  const all: Branch[] = ['dense', 'gated', ...slim.toSorted((a, b) => percentOf(b) - percentOf(a))];
  return all.filter((branch) => typeof values[branch] === 'number');
}

/** How a branch is drawn among the branches of its run. */
export function branchCurve(branch: Branch, among: readonly Branch[]): Curve {
  if (branch === 'dense' || branch === 'gated') {
    return { key: branch, label: branch, color: `var(--${branch})`, dots: true };
  }
  const place = among.filter((other) => other.startsWith('slim')).indexOf(branch);
  return {
    key: branch,
    label: shortName(branch),
    color: SLIM_COLORS[place % SLIM_COLORS.length]!,
    dots: true,
  };
}

/** `slim50` → “width .50”, the other branches by their own names. */
export function shortName(branch: Branch): string {
  return branch.startsWith('slim') ? `width ${(percentOf(branch) / 100).toFixed(2).slice(1)}` : branch;
}

function percentOf(branch: Branch): number {
  return Number(branch.slice('slim'.length));
}
