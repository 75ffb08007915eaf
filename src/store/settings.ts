import { create } from 'zustand';
import { CHOICES, SWITCHES } from '../choices.ts';
import type { RunConfig, SystemId } from '../config.ts';
import type { Sampling } from '../data/formats/files.ts';
import { checkConfig, FIELDS } from '../fields.ts';
import { networkOf, SYSTEM_TEXTS, systemOf } from '../network/fromConfig.ts';
import type { SystemText } from '../network/systems.ts';
import { PRESETS, type Preset, type PresetData, presetFor } from '../presets.ts';
import type { DataSource, EngineChoice } from '../run/protocol.ts';
import { guessOf, presetDataOf } from './data/source.ts';

export type { DataSource, EngineChoice } from '../run/protocol.ts';

/** The systems that can be trained, in the order of the page. */
export const METHODS: readonly SystemText[] = SYSTEM_TEXTS;

/** What a system is called. */
export function methodName(system: SystemId): string {
  return METHODS.find(({ id }) => id === system)?.label ?? system;
}

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
  /**
   * The data of the chosen preset while other images are chosen, and the user has not said that they shall
   * be taken. No run starts until then.
   */
  readonly missing: PresetData | null;
  /** Whether the user chose to train the preset's settings on images that it was not made for. */
  readonly elsewhere: boolean;
  /** Chooses a preset and its data: the embedded set at once, others when they are chosen. */
  choosePreset(id: string): void;
  /** Trains the chosen preset's settings on the images that are chosen, though it was made for others. */
  trainElsewhere(): void;
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

/** The images that come with the page. */
const EMBEDDED: DataSource = { kind: 'emoji10', test: 'unseen-style' };

/** What the data of presets are called. */
const DATA_NAMES: Readonly<Record<PresetData, string>> = {
  emoji10: 'Emoji-10',
  cifar10: 'CIFAR-10',
  cifar100: 'CIFAR-100',
  stl10: 'STL-10',
  imagenet100: 'ImageNet-100 or pictures of your own',
};

export const useSettings = create<Settings>()((set) => ({
  preset: presetFor('emoji10').id,
  config: presetFor('emoji10').config,
  source: EMBEDDED,
  engine: 'auto',
  missing: null,
  elsewhere: false,
  choosePreset: (preset) =>
    set(({ config, source }) => {
      const embedded = presetOf(preset).data === 'emoji10' && source.kind !== 'emoji10';
      const chosen = { preset, config: presetConfig(preset, config), ...missingFor(preset, source) };
      // The embedded images are always there.
      return embedded ? { ...chosen, source: EMBEDDED } : chosen;
    }),
  trainElsewhere: () => set({ missing: null, elsewhere: true }),
  change: (key, value) => set(({ config }) => ({ config: { ...config, [key]: value } })),
  restore: () => set(({ preset, config }) => ({ config: presetConfig(preset, config) })),
  chooseSource: (source) =>
    set((settings) => ({
      ...{ source, missing: null, elsewhere: false },
      ...presetOfSource(settings, source),
    })),
  changeSampling: (change) =>
    set(({ source }) => (source.kind === 'files' ? { source: { ...source, ...change } } : {})),
  chooseEngine: (engine) => set({ engine }),
  adopt: (config) => set({ config, missing: null }),
}));

/** The preset of this name. @throws RangeError if there is none */
function presetOf(id: string): Preset {
  const preset = PRESETS.find((candidate) => candidate.id === id);
  if (!preset) throw new RangeError(`settings: no preset is called ${id}`);
  return preset;
}

function presetConfig(id: string, { seed, system }: RunConfig): RunConfig {
  return { ...presetOf(id).config, seed, system };
}

function presetOfSource(
  settings: Settings,
  source: DataSource,
): Partial<Pick<Settings, 'preset' | 'config'>> {
  const data = presetDataOf(source);
  // The user chose the preset first, and now its images.
  if (data === settings.missing) return {};
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

/** What a preset lacks while these images are chosen, which the user did not choose for it. */
export function missingFor(preset: string, source: DataSource): Pick<Settings, 'missing' | 'elsewhere'> {
  const { data } = presetOf(preset);
  return { missing: data === 'emoji10' || data === presetDataOf(source) ? null : data, elsewhere: false };
}

/** What the chosen preset lacks, in a sentence; null if its images, or others for it, are chosen. */
export function missingText({ missing, preset, source }: Settings): string | null {
  if (missing === null) return null;
  return `The preset “${presetOf(preset).label}” is for ${DATA_NAMES[missing]}, and ${guessOf(source).words} is chosen.`;
}

/** What is said of a run with the settings of a preset for other images; empty for every other run. */
export function elsewhereNote({ elsewhere, preset, source }: Settings): string {
  return elsewhere ? `Settings of “${presetOf(preset).label}”, on ${guessOf(source).words}` : '';
}

/** A random seed: 32 bits from the browser. */
export function freshSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
