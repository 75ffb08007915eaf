import { CHOICES, SWITCHES } from '../../choices.ts';
import type { RunConfig } from '../../config.ts';
import { FIELDS } from '../../fields.ts';
import { lineToBeat, type PerBranch } from '../../metrics.ts';
import { matters } from '../../run/settingsKey.ts';
import { branchesOf, branchName } from '../run/branches.ts';
import type { RunRecord } from '../run/run.ts';
import { systemName } from './runsText.ts';

/** The part of a run that is compared with another run. */
export interface ComparedRun {
  readonly config: RunConfig;
  readonly record: Pick<RunRecord, 'ready' | 'steps' | 'epochs' | 'final' | 'floors' | 'budgets'>;
}

/** How a pair of values and their difference are written. */
export type ValueKind =
  /** Words. They are equal or not. */
  | 'text'
  | 'number'
  /** A fraction of 1. Its difference is in points. */
  | 'share'
  /** Multiply-adds. Their difference is relative. */
  | 'macs'
  | 'seconds';

/** One line of the comparison; null if a run does not have the value. */
export interface Change {
  readonly label: string;
  readonly unit: string;
  readonly kind: ValueKind;
  readonly before: string | number | null;
  readonly after: string | number | null;
}

/** The differences between two runs: how they were made, and their results. */
export interface WhatChanged {
  /** Only settings that both systems have and that change what is learned. */
  readonly settings: readonly Change[];
  readonly data: readonly Change[];
  /** All results, equal or not. */
  readonly results: readonly Change[];
}

export function whatChanged(before: ComparedRun, after: ComparedRun): WhatChanged {
  return {
    settings: changedSettings(before.config, after.config),
    data: dataOf(before, after),
    results: resultsOf(before, after),
  };
}

/** The settings that both systems have, that change what is learned, and that differ; the system first. */
export function changedSettings(before: RunConfig, after: RunConfig): Change[] {
  const system = line('System', '', 'text', systemName(before), systemName(after));
  const differs = (key: keyof RunConfig) =>
    matters(before, key) && matters(after, key) && before[key] !== after[key];
  const numbers = FIELDS.filter(({ key }) => differs(key)).map(({ key, label, unit }) =>
    line(label, unit, 'number', before[key], after[key]),
  );
  const choices = CHOICES.filter(({ key }) => differs(key)).map(({ key, label, options }) => {
    const name = (config: RunConfig) => options.find(({ value }) => value === config[key])?.label ?? null;
    return line(label, '', 'text', name(before), name(after));
  });
  const switches = SWITCHES.filter(({ key }) => differs(key)).map(({ key, label }) =>
    line(label, '', 'text', before[key] ? 'on' : 'off', after[key] ? 'on' : 'off'),
  );
  return [...(system.before === system.after ? [] : [system]), ...numbers, ...choices, ...switches];
}

function dataOf(before: ComparedRun, after: ComparedRun): Change[] {
  const a = before.record.ready;
  const b = after.record.ready;
  const all = [
    line('Data', '', 'text', a?.data.name, b?.data.name),
    line('Training images', '', 'number', a?.data.train, b?.data.train),
    line('Test images', '', 'number', a?.data.test, b?.data.test),
    line('Side', 'pixels', 'number', a?.data.size, b?.data.size),
    line('Engine', '', 'text', a?.engine?.name, b?.engine?.name),
  ];
  return all.filter((each) => each.before !== each.after);
}

function resultsOf(before: ComparedRun, after: ComparedRun): Change[] {
  const [a, b] = [resultOf(before), resultOf(after)];
  const branches = [...new Set([...branchesOf(before.config), ...branchesOf(after.config)])];
  const perBranch = (what: string, of: (result: Result) => PerBranch | null | undefined) =>
    branches.map((branch) =>
      line(`${what}, ${branchName(branch).toLowerCase()}`, '', 'share', of(a)?.[branch], of(b)?.[branch]),
    );
  const all = [
    line('Steps made', '', 'number', a.steps, b.steps),
    ...perBranch('20-NN', ({ knn20 }) => knn20),
    line('20-NN, raw pixels', '', 'share', a.rawPixels, b.rawPixels),
    line('20-NN, best floor', '', 'share', a.toBeat, b.toBeat),
    ...perBranch('Ridge probe', ({ ridge }) => ridge),
    line('MAC ratio, evaluated', '', 'share', a.ratio, b.ratio),
    line('MACs, dense', '', 'macs', a.denseMacs, b.denseMacs),
    line('MACs, gated', '', 'macs', a.gatedMacs, b.gatedMacs),
    line('Changes of t_d', '', 'number', before.record.budgets.length, after.record.budgets.length),
    line('Time of the steps', '', 'seconds', a.seconds, b.seconds),
    line('Training images per second', '', 'number', a.rate, b.rate),
  ];
  return all.filter((each) => (each.before ?? each.after) !== null);
}

type Result = ReturnType<typeof resultOf>;

/** Result of a run: at its end, or, if it was saved earlier, at its newest evaluation. */
function resultOf({ record }: ComparedRun) {
  const { final, epochs, floors, steps, ready } = record;
  const measured = final?.knn20 ?? floors;
  const newest = epochs.at(-1) ?? null;
  const denseMacs = final?.macs.dense ?? ready?.network.denseMacs ?? null;
  const ratio = final ? final.macs.ratio : (newest?.macRatio ?? null);
  return {
    steps: steps.at(-1)?.step ?? 0,
    knn20: (final?.knn20 ?? newest?.knn20 ?? null) as PerBranch | null,
    rawPixels: measured?.rawPixels ?? null,
    toBeat: measured === null ? null : (lineToBeat(measured)?.share ?? null),
    ridge: final?.ridge ?? null,
    ratio,
    denseMacs,
    gatedMacs: final?.macs.gated ?? (ratio !== null && denseMacs !== null ? ratio * denseMacs : null),
    seconds: steps.reduce((sum, { ms }) => sum + ms, 0) / 1000,
    rate: final?.imagesPerSecond ?? null,
  };
}

function line(
  label: string,
  unit: string,
  kind: ValueKind,
  before: string | number | null | undefined,
  after: string | number | null | undefined,
): Change {
  return { label, unit, kind, before: before ?? null, after: after ?? null };
}
