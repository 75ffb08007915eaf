import { CHOICES, SWITCHES } from '../../choices.ts';
import type { RunConfig, SystemId } from '../../config.ts';
import { FIELDS } from '../../fields.ts';
import type { Branch } from '../../metrics.ts';
import { systemOf } from '../../network/fromConfig.ts';
import { mean } from '../../statistics/spread.ts';
import { grouped } from '../sets/grouped.ts';
import type { RunSummary } from '../sets/runSummary.ts';
import { isShared, matters, setupKey, variantKey } from '../settingsKey.ts';

/** What a branch reached at one seed. Equal runs of one seed, as on two engines, are averaged. */
export interface SeedResult {
  readonly seed: number;
  /** 20-NN accuracy, 0–1. */
  readonly knn20: number;
  /** Accuracy of the ridge probe, 0–1; null where it was not measured. */
  readonly ridge: number | null;
  /** MACs of one image. */
  readonly macs: number;
}

/** A branch of runs that differ only in their seed: a row of the report's table. */
export interface ReportRow {
  readonly name: string;
  readonly system: SystemId;
  /** Rows that differ only in their budget, or in the width that stands for it, share a line. */
  readonly line: string;
  /** null for systems without one. */
  readonly budget: number | null;
  /** Mean over the seeds. */
  readonly macs: number;
  readonly seeds: readonly SeedResult[];
}

/** Runs on the same images with the same shared settings, but for the width. They can be compared. */
export interface ReportSection {
  readonly runs: readonly RunSummary[];
  readonly data: RunSummary['data'];
  /** By name, what all runs share. */
  readonly settings: readonly (readonly [string, string])[];
  /** MACs of the widest dense network: the whole that shares are taken of. */
  readonly wholeMacs: number;
  /** By budget, then by name. */
  readonly rows: readonly ReportRow[];
}

/** The runs of a set that a report compares, and how many it leaves out. */
export interface ReportRuns {
  readonly sections: readonly ReportSection[];
  readonly unlabelled: number;
  /** Runs that ended early or whose budget was moved: they belong to no budget. */
  readonly irregular: number;
}

const SETTINGS = [...FIELDS, ...CHOICES, ...SWITCHES];

/** Settings that rows are told apart by in other ways. */
const NAMED: ReadonlySet<keyof RunConfig> = new Set(['seed', 'budget', 'width', 'slimForm', 'slimWidth']);

/** Sorts the runs of a set into what can be compared. */
export function reportRuns(runs: readonly RunSummary[]): ReportRuns {
  const labelled = runs.filter(({ branches }) => branches.some(({ knn20 }) => knn20 !== null));
  const whole = labelled.filter(({ stoppedEarly, budgetMoved }) => !stoppedEarly && !budgetMoved);
  const setup = ({ data, config }: RunSummary) =>
    JSON.stringify([data.name, data.train, data.test, setupKey({ ...config, width: 0 })]);
  // Old results do not tell their images: they count as those of the first that does.
  const sections = [...grouped(whole, setup).values()].flatMap((alike) => {
    const first = alike.find(({ data }) => data.images !== undefined)?.data.images;
    return [...grouped(alike, ({ data }) => data.images ?? first ?? '').values()];
  });
  return {
    sections: sections.map(sectionOf),
    unlabelled: runs.length - labelled.length,
    irregular: labelled.length - whole.length,
  };
}

function sectionOf(runs: readonly RunSummary[]): ReportSection {
  const { data, config } = runs[0]!;
  const variants = grouped(runs, (run) => variantKey(run.config)).values();
  const rows = [...variants].flatMap((group) => rowsOf(group, runs));
  return {
    ...{ runs, data },
    settings: SETTINGS.filter(
      ({ key }) => isShared(key) && key !== 'seed' && key !== 'width' && matters(config, key),
    ).map(({ key, label }) => [label, settingText(config[key])]),
    wholeMacs: Math.max(...runs.map(({ denseMacs }) => denseMacs)),
    rows: rows.toSorted((a, b) => (a.budget ?? 0) - (b.budget ?? 0) || (a.name < b.name ? -1 : 1)),
  };
}

function rowsOf(group: readonly RunSummary[], among: readonly RunSummary[]): ReportRow[] {
  const { config, branches } = group[0]!;
  const variant = variantOf(config, among);
  const budget = systemOf(config).branches.includes('gated') ? config.budget : null;
  return branches.flatMap(({ branch }): ReportRow[] => {
    const bySeed = grouped(group, (run) => `${run.config.seed}`).values();
    const seeds = [...bySeed].flatMap((equal) => seedOf(equal, branch));
    if (seeds.length === 0) return [];
    const form = config.system === 'slimmable' && config.slimForm === 'slimclr' ? ', SlimCLR' : '';
    const system = `${systemOf(config).label}${form}${variant}`;
    const held = budget === null ? '' : `, t_d ${budget.toFixed(2)}`;
    const pair =
      form === '' && config.system === 'slimmable' ? ` beside width ${widthText(config.slimWidth)}` : '';
    const several = branches.length > 1;
    return [
      {
        name: `${system}${config.system === 'vicreg' ? widthOf(config, among) : ''}${held}${several ? `: ${branchText(branch)}${branch === 'dense' ? pair : ''}` : ''}`,
        system: config.system,
        line: several ? `${system}: ${branch.startsWith('slim') ? 'narrow' : branch}` : system,
        ...{ budget, seeds: seeds.toSorted((a, b) => a.seed - b.seed) },
        macs: mean(seeds.map(({ macs }) => macs)),
      },
    ];
  });
}

/** What tells a variant from others of its system, but for its budget: “ (Exact budget on)”. */
function variantOf(config: RunConfig, among: readonly RunSummary[]): string {
  const same = among.map((run) => run.config).filter(({ system }) => system === config.system);
  const own = SETTINGS.filter(
    ({ key }) =>
      !NAMED.has(key) &&
      !isShared(key) &&
      matters(config, key) &&
      same.some((other) => matters(other, key) && other[key] !== config[key]),
  );
  const width = config.system === 'vicreg' ? '' : widthOf(config, among);
  const told = own.map(({ key, label }) => `${label} ${settingText(config[key])}`);
  return `${width}${told.length > 0 ? ` (${told.join(', ')})` : ''}`;
}

/** The width of a network that is narrower than the widest beside it. */
function widthOf({ width }: RunConfig, among: readonly RunSummary[]): string {
  return among.some(({ config }) => config.width > width) ? `, width c0 ${width}` : '';
}

function seedOf(equal: readonly RunSummary[], branch: Branch): SeedResult[] {
  const found = equal.flatMap((run) => run.branches.filter((result) => result.branch === branch));
  const knn20 = found.flatMap((result) => result.knn20 ?? []);
  if (knn20.length === 0) return [];
  const ridge = found.flatMap((result) => result.ridge ?? []);
  const macs = mean(found.map((result) => result.macs));
  return [
    { seed: equal[0]!.config.seed, knn20: mean(knn20), ridge: ridge.length > 0 ? mean(ridge) : null, macs },
  ];
}

function branchText(branch: Branch): string {
  return branch.startsWith('slim') ? `width ${widthText(Number(branch.slice(4)) / 100)}` : branch;
}

function widthText(width: number): string {
  return width.toFixed(2).slice(1);
}

function settingText(value: RunConfig[keyof RunConfig]): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}
