import type { RunConfig, SystemId } from '../../config.ts';
import type { Branch, NamedFloor } from '../../metrics.ts';
import { type Spending, stepsOfEqualMacs } from '../../network/smallDense.ts';
import { grouped } from '../../run/sets/grouped.ts';
import type { BranchResult } from '../../run/sets/runSummary.ts';
import { setupKey, variantKey } from '../../run/settingsKey.ts';
import { standardError } from '../../statistics/confidence.ts';
import { type Spread, spreadOf } from '../../statistics/spread.ts';
import type { RunOrigin, ShelvedRun } from './runsShelf.ts';

export type { Spread } from '../../statistics/spread.ts';

/** The accuracy that is compared. */
export type Measure = 'knn20' | 'ridge';

/** What a row is marked as: its system, or a small dense network beside the gated ones of a wider network. */
export type RowKind = SystemId | 'small-dense';

/** Runs that differ only in their seed. */
export interface RunGroup {
  readonly key: string;
  readonly origin: RunOrigin;
  readonly kind: RowKind;
  /** The configuration of the first run. The others differ only in the seed. */
  readonly config: RunConfig;
  readonly runs: readonly ShelvedRun[];
  /** Its budget. For a slimmable pair, the budget that its width was chosen for. null without one. */
  readonly budget: number | null;
  /** What a small dense network has as much of as the wider one. Null for other rows. */
  readonly equal: Spending | null;
  /**
   * Dense MACs of the network that shares of MACs are taken over: its own, or for a small dense network those
   * of the wider one.
   */
  readonly denseMacs: number;
  /** Whether its runs reached their end at one budget. */
  readonly whole: boolean;
}

/** A branch of a group, as a row of the table and a point of the figure. */
export interface BranchRow {
  readonly group: RunGroup;
  readonly branch: Branch;
  /** null if this accuracy was not measured in any of its runs. */
  readonly accuracy: Spread | null;
  /** Of the accuracy, from the number of test images, because every seed is tested on the same ones. */
  readonly standardError: number | null;
  readonly macs: Spread;
  readonly ratio: Spread;
  /** Number of test images of each run. */
  readonly test: number;
  /** Accuracy less that of VICReg dense (the paper's Baseline-1), seed by seed; null without such a run. */
  readonly overDense: Spread | null;
  /**
   * For the gated branch: accuracy less that of VICReg gated at the same budget (Baseline-2), seed by seed.
   */
  readonly overGating: Spread | null;
  /** Reduction of MACs less Baseline-2's, 0–1, seed by seed. */
  readonly reductionOverGating: Spread | null;
}

/** Runs with equal data, steps and shared settings. They can be compared. */
export interface RunSection {
  readonly key: string;
  readonly recorded: boolean;
  readonly data: ShelvedRun['data'];
  readonly config: RunConfig;
  readonly rows: readonly BranchRow[];
  /** The best floor of 20-NN in any of its runs; null if none of them knows more than raw pixels. */
  readonly toBeat: NamedFloor | null;
}

const ORDER: readonly RowKind[] = ['vicreg', 'small-dense', 'vicreg-gating', 'dual-gating', 'slimmable'];
/** Settings that Baseline-2 must share with the group it is compared with. */
const GATING = [
  'budget',
  'budgetWeight',
  'boundWeight',
  'boundDecay',
  'temperature',
  'exactBudget',
  'minBottleneck',
] as const satisfies readonly (keyof RunConfig)[];

/**
 * Sections in the order of their first runs. Rows as in the paper's table: first without budget, then by
 * budget. Dense networks alone go into the section of a wider network that equals theirs in all else, as its
 * small dense rivals.
 */
export function sectionsOf(runs: readonly ShelvedRun[], measure: Measure): RunSection[] {
  const sections = grouped(
    runs,
    (run) => `${run.origin === 'recorded'} ${dataKey(run)} ${setupKey(run.config)}`,
  );
  const all = [...sections].map(([key, members]) => ({ key, members }));
  const rivals = new Map(all.map((section) => [section, widerOf(section.members, all)]));
  return all.flatMap((section): RunSection[] => {
    if (rivals.get(section) !== null) return [];
    const small = all.filter((other) => rivals.get(other) === section).flatMap(({ members }) => members);
    const [wide] = section.members as [ShelvedRun];
    const { data, config, origin } = wide;
    const groups = [
      ...[...grouped(section.members, groupKey)].map(([key, some]) => groupOf(key, some)),
      ...[...grouped(small, groupKey)].map(([key, some]) => rivalOf(groupOf(key, some), wide)),
    ];
    const rows = groups.toSorted(inPaperOrder).flatMap((group) => rowsOf(group, groups, measure));
    const recorded = origin === 'recorded';
    return [{ key: section.key, recorded, data, config, rows, toBeat: bestOf(section.members) }];
  });
}

function rivalOf(group: RunGroup, { config, denseMacs }: ShelvedRun): RunGroup {
  const equal = group.config.steps === config.steps ? 'steps' : 'macs';
  return { ...group, kind: 'small-dense', equal, denseMacs };
}

/** Runs of one setup. */
interface Members {
  readonly members: readonly ShelvedRun[];
}

/**
 * The section that dense networks are small rivals in: of the narrowest wider network that is not dense alone
 * and equals theirs in data and all else, or in MACs of training instead of steps. Null for other runs, and
 * where there is none.
 */
function widerOf<T extends Members>(members: readonly ShelvedRun[], among: readonly T[]): T | null {
  if (!denseAlone(members)) return null;
  const [small] = members as [ShelvedRun];
  const wider = among.filter(({ members: [wide, ...more] }) => {
    if (wide === undefined || denseAlone([wide, ...more]) || wide.config.width <= small.config.width)
      return false;
    const { width, steps } = wide.config;
    const spent = [steps, stepsOfEqualMacs(steps, small.denseMacs / wide.denseMacs)];
    const alike =
      spent.includes(small.config.steps) &&
      setupKey({ ...small.config, width, steps }) === setupKey(wide.config);
    const recorded = (run: ShelvedRun) => run.origin === 'recorded';
    return alike && recorded(wide) === recorded(small) && dataKey(wide) === dataKey(small);
  });
  // Equal steps first: they need no rounding to be equal.
  const off = (section: T) => Number(section.members[0]!.config.steps !== small.config.steps);
  return wider.toSorted((a, b) => off(a) - off(b) || widthOf(a) - widthOf(b))[0] ?? null;
}

function widthOf({ members }: Members): number {
  return members[0]!.config.width;
}

function denseAlone(members: readonly ShelvedRun[]): boolean {
  return members.every(({ config }) => config.system === 'vicreg');
}

/** Runs whose accuracies were measured. Without labels, there are none. */
export function measuredRuns(runs: readonly ShelvedRun[]): ShelvedRun[] {
  return runs.filter(({ rawPixels }) => rawPixels !== null);
}

function bestOf(runs: readonly ShelvedRun[]): NamedFloor | null {
  return runs.reduce<NamedFloor | null>(
    (best, { toBeat }) => (toBeat && (best === null || toBeat.share > best.share) ? toBeat : best),
    null,
  );
}

/** A run that ended early, or whose budget was changed, cannot be averaged with others. */
function isWhole({ stoppedEarly, budgetMoved }: ShelvedRun): boolean {
  return !stoppedEarly && !budgetMoved;
}

function groupKey(run: ShelvedRun): string {
  return `${run.origin} ${dataKey(run)} ${variantKey(run.config)} ${isWhole(run) ? '' : run.id}`;
}

function dataKey({ data }: ShelvedRun): string {
  return JSON.stringify([data.name, data.train, data.test]);
}

function groupOf(key: string, runs: readonly ShelvedRun[]): RunGroup {
  const { config, origin, denseMacs } = runs[0]!;
  const { system, slimForm, budget } = config;
  const held = system === 'vicreg' || (system === 'slimmable' && slimForm === 'slimclr') ? null : budget;
  const whole = isWhole(runs[0]!);
  return { key, origin, kind: system, equal: null, config, runs, budget: held, denseMacs, whole };
}

function inPaperOrder(a: RunGroup, b: RunGroup): number {
  return (
    (a.budget ?? 0) - (b.budget ?? 0) ||
    ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
    b.config.width - a.config.width ||
    a.config.steps - b.config.steps
  );
}

function rowsOf(group: RunGroup, among: readonly RunGroup[], measure: Measure): BranchRow[] {
  // Of equal baselines, one with the same origin as the group is preferred.
  const near = ({ origin }: RunGroup) => Number(origin !== group.origin);
  const whole = among.filter((other) => other.whole).toSorted((a, b) => near(a) - near(b));
  const dense = whole.find(({ kind }) => kind === 'vicreg');
  const gating = whole.find(
    ({ config }) =>
      config.system === 'vicreg-gating' && GATING.every((key) => config[key] === group.config[key]),
  );
  const isGating = group.config.system === 'vicreg-gating';
  const value = (result: BranchResult) => result[measure];
  const saved = (result: BranchResult, run: ShelvedRun) => 1 - result.macs / run.denseMacs;
  const ratioOf = ({ macs }: BranchResult) => macs / group.denseMacs;
  // The dense branch comes first, as in the paper.
  const branches = group.runs[0]!.branches.map(({ branch }) => branch).toReversed();
  return branches.map((branch) => {
    const accuracy = spreadOf(group.runs.flatMap((run) => read(run, branch, value)));
    return {
      group,
      branch,
      accuracy,
      standardError: accuracy && standardError(accuracy.mean, group.runs[0]!.data.test),
      macs: spreadOf(group.runs.flatMap((run) => read(run, branch, ({ macs }) => macs)))!,
      ratio: spreadOf(group.runs.flatMap((run) => read(run, branch, ratioOf)))!,
      test: group.runs[0]!.data.test,
      overDense: group.kind === 'vicreg' ? null : difference(group, branch, dense, 'dense', value),
      overGating: branch === 'gated' && !isGating ? difference(group, branch, gating, 'gated', value) : null,
      reductionOverGating:
        branch === 'gated' && !isGating ? difference(group, branch, gating, 'gated', saved) : null,
    };
  });
}

type Reader = (result: BranchResult, run: ShelvedRun) => number | null;

function read(run: ShelvedRun, branch: Branch, value: Reader): number[] {
  const result = run.branches.find((candidate) => candidate.branch === branch);
  const found = result ? value(result, run) : null;
  return found === null ? [] : [found];
}

/** Mean of the differences seed by seed, so that the common effect of a seed cancels. */
function difference(
  group: RunGroup,
  branch: Branch,
  baseline: RunGroup | undefined,
  baseBranch: Branch,
  value: Reader,
): Spread | null {
  if (!baseline || !group.whole) return null;
  return spreadOf(
    group.runs.flatMap((run) => {
      const twin = baseline.runs.find(({ config }) => config.seed === run.config.seed);
      const [mine] = read(run, branch, value);
      const [theirs] = twin ? read(twin, baseBranch, value) : [];
      return mine === undefined || theirs === undefined ? [] : [mine - theirs];
    }),
  );
}
