import { create } from 'zustand';
import { CHOICES, SWITCHES } from '../choices.ts';
import type { RunConfig } from '../config.ts';
import type { Sampling } from '../data/formats/files.ts';
import { checkConfig, FIELDS } from '../fields.ts';
import { networkOf, SYSTEM_TEXTS, systemOf } from '../network/fromConfig.ts';
import type { SystemText } from '../network/systems.ts';
import { PRESETS, presetFor } from '../presets.ts';
import type { DataSource, EngineChoice } from '../run/protocol.ts';
import { presetDataOf } from './data/source.ts';

export type { DataSource, EngineChoice } from '../run/protocol.ts';

/** The systems that can be trained, in the order of the page. */
export const METHODS: readonly SystemText[] = SYSTEM_TEXTS;

/** Whether the configuration's system has a gated branch, to which a budget applies. */
export function hasGates(config: RunConfig): boolean {
  return systemOf(config).branches.includes('gated');
}

/** Share of the dense MACs that remains when every gate is closed, on images of side `input` pixels. */
export function smallestRatioOf(config: RunConfig, input: number): number {
  // A width that cannot be built has no network. The settings report the fault.
  return checkConfig(config).length > 0 ? 0 : networkOf(config, input).smallestRatio;
}

/** The settings of the next run. */
export interface Settings {
  readonly preset: string;
  readonly config: RunConfig;
  readonly source: DataSource;
  readonly engine: EngineChoice;
  choosePreset(id: string): void;
  change<K extends keyof RunConfig>(key: K, value: RunConfig[K]): void;
  /** Restores the preset's numbers. Seed and method stay. */
  restore(): void;
  /** Chooses data. Data of another kind change the preset, unless numbers were changed by hand. */
  chooseSource(source: DataSource): void;
  /** Sets how much of the chosen files is read, and the side of the images. */
  changeSampling(change: Partial<Sampling>): void;
  chooseEngine(engine: EngineChoice): void;
  /** Copies the configuration of a run that is shown. */
  adopt(config: RunConfig): void;
}

export const useSettings = create<Settings>()((set) => ({
  preset: presetFor('emoji10').id,
  config: presetFor('emoji10').config,
  source: { kind: 'emoji10', test: 'unseen-style' },
  engine: 'auto',
  choosePreset: (preset) => set(({ config }) => ({ preset, config: presetConfig(preset, config) })),
  change: (key, value) => set(({ config }) => ({ config: { ...config, [key]: value } })),
  restore: () => set(({ preset, config }) => ({ config: presetConfig(preset, config) })),
  chooseSource: (source) => set((settings) => ({ source, ...presetOfSource(settings, source) })),
  changeSampling: (change) =>
    set(({ source }) => (source.kind === 'files' ? { source: { ...source, ...change } } : {})),
  chooseEngine: (engine) => set({ engine }),
  adopt: (config) => set({ config }),
}));

function presetConfig(id: string, { seed, system }: RunConfig): RunConfig {
  const preset = PRESETS.find((candidate) => candidate.id === id);
  if (!preset) throw new Error(`settings: no preset is called ${id}`);
  return { ...preset.config, seed, system };
}

function presetOfSource(
  settings: Settings,
  source: DataSource,
): Partial<Pick<Settings, 'preset' | 'config'>> {
  const data = presetDataOf(source);
  if (data === presetDataOf(settings.source) || changedFields(settings).length > 0) return {};
  const { id } = presetFor(data);
  return { preset: id, config: presetConfig(id, settings.config) };
}

/** Keys of the numbers that differ from the preset's. The seed never counts as a difference. */
export function changedFields({ preset, config }: Pick<Settings, 'preset' | 'config'>): (keyof RunConfig)[] {
  const standard = presetConfig(preset, config);
  const keys: (keyof RunConfig)[] = [...FIELDS, ...CHOICES, ...SWITCHES].map(({ key }) => key);
  return keys.filter((key) => config[key] !== standard[key]);
}

/** The reasons why a run of these settings cannot start, one sentence for each; empty if it can. */
export function faults({ config, source }: Pick<Settings, 'config' | 'source'>): string[] {
  const data =
    source.kind === 'files' && source.train.length === 0 ? ['Choose at least one training file'] : [];
  return [...checkConfig(config), ...data];
}

/** A random seed: 32 bits from the browser. */
export function freshSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
