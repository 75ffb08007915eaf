import { CHOICES, SWITCHES } from '../choices.ts';
import type { RunConfig } from '../config.ts';
import { FIELDS } from '../fields.ts';
import type { Branch } from '../metrics.ts';
import { systemOf } from '../network/fromConfig.ts';
import { PRESETS } from '../presets.ts';
import { matters } from '../session/settingsKey.ts';
import { branchName } from './branches.ts';
import type { ShelvedRun } from './runsShelf.ts';
import type { RunGroup } from './runsTable.ts';

/** “Dual gating”, “Slimmable, width .50”, “Slimmable, SlimCLR”. */
export function systemName(config: RunConfig): string {
  const { label } = systemOf(config);
  if (config.system !== 'slimmable') return label;
  if (config.slimForm === 'slimclr') return `${label}, SlimCLR`;
  return `${label}, width ${config.slimWidth.toFixed(2).slice(1)}`;
}

/** What a branch of a group is called, in a figure that shows many. */
export function rowName({ config, budget }: RunGroup, branch: Branch): string {
  const held = budget === null || config.system === 'slimmable' ? '' : `, t_d ${budget.toFixed(2)}`;
  return `${systemName(config)}${held}: ${branchName(branch).toLowerCase()}`;
}

/** “Dual gating, t_d 0.30, seed 1”. */
export function runName({ config }: ShelvedRun): string {
  const gated = systemOf(config).branches.includes('gated');
  return `${systemName(config)}${gated ? `, t_d ${config.budget.toFixed(2)}` : ''}, seed ${config.seed}`;
}

/** Named by the run itself. */
const NAMED: ReadonlySet<keyof RunConfig> = new Set(['system', 'seed', 'budget', 'slimForm', 'slimWidth']);

/** How a configuration differs from the preset that it is nearest to: “steps 156, not 390”. */
export function deviations(config: RunConfig): {
  readonly preset: string;
  readonly changes: readonly string[];
} {
  const all = PRESETS.map(({ label, config: standard }) => ({
    preset: label,
    changes: [...FIELDS, ...CHOICES, ...SWITCHES].flatMap(({ key, label: name }) => {
      if (NAMED.has(key) || !matters(config, key) || config[key] === standard[key]) return [];
      return [`${name} ${textOf(config[key])}, not ${textOf(standard[key])}`];
    }),
  }));
  return all.reduce((nearest, each) => (each.changes.length < nearest.changes.length ? each : nearest));
}

function textOf(value: RunConfig[keyof RunConfig]): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}
