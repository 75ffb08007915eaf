import type { RunConfig } from '../../config.ts';
import type { Branch } from '../../metrics.ts';
import { networkOf, systemOf } from '../../network/fromConfig.ts';
import { branchMacs } from '../../network/slim.ts';
import type { Term } from '../../network/systems.ts';

/** The branches of a run's system: first the dense one, then the others by falling width. */
export function branchesOf(config: RunConfig): readonly Branch[] {
  return systemOf(config).branches.toReversed();
}

/** A branch in words: “Dense”, “Gated”, “Width .50”. */
export function branchName(branch: Branch): string {
  if (branch === 'dense') return 'Dense';
  if (branch === 'gated') return 'Gated';
  return `Width ${(Number(branch.slice('slim'.length)) / 100).toFixed(2).slice(1)}`;
}

/** The branches that each of the two views goes through: “gated”, “dense”, “dense and width .50”. */
export function viewBranches(config: RunConfig): readonly [string, string] {
  const { passes } = systemOf(config);
  const of = (view: 0 | 1) => {
    const names = passes.filter((pass) => pass.view === view).map(({ branch }) => branchName(branch));
    return [...new Set(names)].join(' and ').toLowerCase();
  };
  return [of(0), of(1)];
}

/** Share of the dense MACs that a width spends on each image of side `input`, pixels. */
export function macShare(config: RunConfig, input: number, branch: Branch): number {
  const network = networkOf(config, input);
  return branchMacs(network, branch) / network.denseMacs;
}

const TERMS: Readonly<Record<Term['kind'], string>> = {
  vicreg: 'VICReg',
  contrastive: 'contrast',
  'distil-embedding': 'distillation',
  'distil-logits': 'distillation',
};

/** Names of the terms of a run's loss: “VICReg dense”, “distillation width .50”. */
export function termLabels(config: RunConfig): readonly string[] {
  return systemOf(config).terms.map(({ kind, branch }) =>
    branch === null ? TERMS[kind] : `${TERMS[kind]} ${branchName(branch).toLowerCase()}`,
  );
}

/** An embedding that the first term of a run's loss compares. */
export interface PassLabel {
  /** Its branch: “gated”; or its view, “view 2”, where both embeddings are of one branch. */
  readonly label: string;
  readonly branch: Branch;
}

/** The two embeddings that the first term of a run's loss compares, in the order of its values. */
export function passLabels(config: RunConfig): readonly PassLabel[] {
  const { passes, terms } = systemOf(config);
  const compared = terms[0]!.passes.map((pass) => passes[pass]!);
  const isOne = compared[0]!.branch === compared[1]!.branch;
  return compared.map(({ branch, view }) => ({
    branch,
    label: isOne ? `view ${view + 1}` : branchName(branch).toLowerCase(),
  }));
}
