import { CHOICES, SWITCHES } from '../../choices.ts';
import type { RunConfig } from '../../config.ts';
import { FIELDS } from '../../fields.ts';
import type { Branch } from '../../metrics.ts';
import { systemOf } from '../../network/fromConfig.ts';
import type { SmallDense } from '../../network/smallDense.ts';
import { PRESETS } from '../../presets.ts';
import { isShared, matters } from '../../run/settingsKey.ts';
import { branchName } from '../run/branches.ts';
import type { RunGroup } from './runsTable.ts';

/** “Dual gating”, “Slimmable, width .50”, “Slimmable, SlimCLR”. */
export function systemName(config: RunConfig): string {
  const { label } = systemOf(config);
  if (config.system !== 'slimmable') return label;
  if (config.slimForm === 'slimclr') return `${label}, SlimCLR`;
  return `${label}, width ${config.slimWidth.toFixed(2).slice(1)}`;
}

/** “Dual gating”, “Small dense, width 4, at equal steps”. */
export function groupName({ kind, equal, config }: RunGroup): string {
  if (kind !== 'small-dense') return systemName(config);
  return `Small dense, width ${config.width}, at equal ${equal === 'macs' ? 'training MACs' : 'steps'}`;
}

/** Name of a group's branch in a figure that shows many. */
export function rowName(group: RunGroup, branch: Branch): string {
  const { config, budget } = group;
  const held = budget === null || config.system === 'slimmable' ? '' : `, t_d ${budget.toFixed(2)}`;
  const { own } = deviations(config);
  const variant = own.length > 0 ? ` (${own.join(', ')})` : '';
  return `${groupName(group)}${held}${variant}: ${branchName(branch).toLowerCase()}`;
}

/** A run by its settings. `small` tells of a planned one that it trains a small dense network. */
interface NamedRun {
  readonly config: RunConfig;
  readonly small?: SmallDense;
}

/** “Dual gating, t_d 0.30, seed 1”, for an ended or a planned run. */
export function runName({ config, small }: NamedRun): string {
  if (small) return `Small dense, width ${small.width}, seed ${config.seed}, ${config.steps} steps`;
  const gated = systemOf(config).branches.includes('gated');
  return `${systemName(config)}${gated ? `, t_d ${config.budget.toFixed(2)}` : ''}, seed ${config.seed}`;
}

/** Settings that are part of the run's name. */
const NAMED: ReadonlySet<keyof RunConfig> = new Set(['system', 'seed', 'budget', 'slimForm', 'slimWidth']);

/** A preset, and the differences of a configuration from it, in words. */
export interface Deviations {
  readonly preset: string;
  /** Differences in settings that all systems have: “Steps 156, not 390”. */
  readonly shared: readonly string[];
  /** Differences in the system's own settings: “Exact budget on”. */
  readonly own: readonly string[];
}

/** The differences of a configuration from the nearest preset. */
export function deviations(config: RunConfig): Deviations {
  const all = PRESETS.map(({ label, config: standard }) => {
    const changed = [...FIELDS, ...CHOICES, ...SWITCHES].filter(
      ({ key }) => !NAMED.has(key) && matters(config, key) && config[key] !== standard[key],
    );
    return {
      preset: label,
      shared: changed
        .filter(({ key }) => isShared(key))
        .map(({ key, label: name }) => `${name} ${textOf(config[key])}, not ${textOf(standard[key])}`),
      own: changed
        .filter(({ key }) => !isShared(key))
        .map(({ key, label: name }) => `${name} ${textOf(config[key])}`),
    };
  });
  const size = ({ shared, own }: Deviations) => shared.length + own.length;
  return all.reduce((nearest, each) => (size(each) < size(nearest) ? each : nearest));
}

function textOf(value: RunConfig[keyof RunConfig]): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}
