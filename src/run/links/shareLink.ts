import type { RunConfig } from '../../config.ts';
import { HUB_SETS } from '../../data/hub/catalogue.ts';
import { checkConfig } from '../../fields.ts';
import { PRESETS } from '../../presets.ts';
import { configSchema } from '../files/runSchema.ts';
import type { DataSource, EngineChoice } from '../protocol.ts';

/** Images as a link can name them. It cannot name files on its author's disk. */
export type LinkedSource = Exclude<DataSource, { kind: 'files' }> | { readonly kind: 'own' };

/** What a link tells about a run. */
export interface LinkedSettings {
  readonly preset: string;
  readonly config: RunConfig;
  readonly source: LinkedSource;
  readonly engine: EngineChoice;
}

/** The link cannot be used. The message is for the user who opened it. */
export class LinkError extends Error {
  override readonly name = 'LinkError';

  /** @param advice what the user can do */
  constructor(fault: string, advice = 'Copy the whole link again, or ask for a new one.') {
    super(`${fault} ${advice}`);
  }
}

const VERSION = '1';
/** Far more characters than all settings need. */
const MAX_LENGTH = 4000;
const MAX_VALUE = 200;

/**
 * The defaults of links of version 1. They must never change here: presets may change, but an existing link
 * must still mean the same run.
 */
const UNSAID: LinkedSettings = {
  preset: 'emoji',
  source: { kind: 'emoji10', test: 'unseen-style' },
  engine: 'auto',
  config: {
    ...{ system: 'dual-gating', seed: 1, budget: 0.3, width: 8, stem: 'auto', stemPadding: 2 },
    ...{ separateBn: true, projector: 256, batch: 64, steps: 390, learningRate: 0.1, warmup: 0.08 },
    ...{ weightDecay: 1e-4, larsTrust: 0.006, budgetWeight: 30, boundWeight: 1, boundDecay: 10 },
    ...{ invarianceWeight: 25, varianceWeight: 25, covarianceWeight: 1, temperature: 0.66667 },
    ...{ minCrop: 0.4, jitter: 0.7, grayscale: 0.05, evaluateEvery: 2, mapPoints: 1000 },
    ...{ gatedLoss: 'sum', exactBudget: false, minBottleneck: 1, slimForm: 'dual', slimWidth: 0.55 },
    ...{ slimObjective: 'vicreg', slowStart: true, distillation: true, reweighting: true },
    ...{ contrastTemperature: 0.2, gradientsEvery: 25, evaluationShare: 0.1, optimizer: 'lars' },
  },
};

const KEYS = Object.keys(UNSAID.config) as (keyof RunConfig)[];
const TESTS = ['unseen-style', 'same-styles'] as const;
const HUB_IDS = HUB_SETS.map(({ id }) => id);
const HUB_KEYS = ['set', 'images', 'tests', 'side'];
const ENGINES = ['auto', 'wasm', 'cpu', 'webgpu'] as const;

/** The part of a link after “#”: the version, and every value that differs from the defaults of links. */
export function linkOf(settings: LinkedSettings): string {
  const { preset, config, source, engine } = settings;
  const said = new URLSearchParams({ v: VERSION });
  if (preset !== UNSAID.preset) said.set('preset', preset);
  for (const key of KEYS) {
    if (!Object.is(config[key], UNSAID.config[key])) said.set(key, written(config[key]));
  }
  for (const [key, value] of saidOfSource(source)) said.set(key, value);
  if (engine !== UNSAID.engine) said.set('engine', engine);
  return said.toString();
}

function written(value: RunConfig[keyof RunConfig]): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}

function saidOfSource(source: LinkedSource): [string, string][] {
  switch (source.kind) {
    case 'emoji10':
      return source.test === 'unseen-style' ? [] : [['test', source.test]];
    case 'own':
      return [['data', 'own']];
    case 'hub': {
      const { set, side, limits } = source;
      const numbers: [string, number | null][] = [
        ['images', limits.train],
        ['tests', limits.test],
        ['side', side],
      ];
      const said = numbers.flatMap(([key, value]): [string, string][] =>
        value === null ? [] : [[key, String(value)]],
      );
      return [['data', 'hub'], ['set', set], ...said];
    }
    default:
      return source satisfies never;
  }
}

/**
 * The settings in the part of a link after “#”.
 * @throws LinkError when any part of it cannot be used: a link is used as a whole or not at all
 */
export function settingsOfLink(hash: string): LinkedSettings {
  const said = read(hash);
  const version = said.get('v');
  if (version === undefined) {
    throw new LinkError('It carries no settings of this page: expected “v=1”, got none.');
  }
  if (version !== VERSION) {
    throw new LinkError(
      `It is of version ${quoted(version)}, and this page reads version ${VERSION}.`,
      'Open it with a newer page, or ask for its settings.',
    );
  }
  const preset = said.get('preset') ?? UNSAID.preset;
  if (!PRESETS.some(({ id }) => id === preset)) {
    throw new LinkError(
      `It names a preset that this page does not have: expected one of ${PRESETS.map(({ id }) => id).join(', ')}, got ${quoted(preset)}.`,
    );
  }
  const source = sourceOf(said);
  const engine = oneOf('engine', said.get('engine') ?? UNSAID.engine, ENGINES);
  const config = configOf(said);
  const ofSource = source.kind === 'hub' ? HUB_KEYS : [];
  for (const key of ['v', 'preset', 'engine', 'data', 'test', ...ofSource, ...KEYS]) said.delete(key);
  const [unknown] = said.keys();
  if (unknown !== undefined)
    throw new LinkError(`It has a setting that this page does not know: ${quoted(unknown)}.`);
  return { preset, config, source, engine };
}

/** Every key with its value. */
function read(hash: string): Map<string, string> {
  const text = hash.replace(/^#/, '');
  if (text.length > MAX_LENGTH) {
    throw new LinkError(`It must have at most ${MAX_LENGTH} characters, got ${text.length}.`);
  }
  const said = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(text)) {
    if (said.has(key)) throw new LinkError(`It says ${quoted(key)} twice.`);
    if (value.length > MAX_VALUE) throw new LinkError(`Its ${quoted(key)} is far too long.`);
    said.set(key, value);
  }
  return said;
}

function configOf(said: ReadonlyMap<string, string>): RunConfig {
  const given = KEYS.flatMap((key) => {
    const text = said.get(key);
    return text === undefined ? [] : [[key, settingOf(key, text)] as const];
  });
  const parsed = configSchema.safeParse({ ...UNSAID.config, ...Object.fromEntries(given) });
  if (!parsed.success) {
    const [{ path, message } = { path: [], message: 'unreadable' }] = parsed.error.issues;
    const key = path.join('.');
    throw new LinkError(
      `Its setting ${quoted(key)} cannot be used: ${message}, got ${quoted(said.get(key) ?? '')}.`,
    );
  }
  const faults = checkConfig(parsed.data);
  if (faults.length > 0) throw new LinkError(`${faults.join('. ')}.`);
  return parsed.data;
}

/** The value of a setting, read according to its type. */
function settingOf(key: keyof RunConfig, text: string): number | boolean | string {
  switch (typeof UNSAID.config[key]) {
    case 'number':
      if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) {
        throw new LinkError(`Its setting ${quoted(key)} must be a number, got ${quoted(text)}.`);
      }
      return Number(text);
    case 'boolean':
      return oneOf(key, text, ['on', 'off']) === 'on';
    default:
      return text;
  }
}

function sourceOf(said: ReadonlyMap<string, string>): LinkedSource {
  const kind = oneOf('data', said.get('data') ?? 'emoji10', ['emoji10', 'own', 'hub']);
  const test = said.get('test');
  switch (kind) {
    case 'own':
      if (test !== undefined) throw new LinkError('It names a test set of Emoji-10 beside other data.');
      return { kind };
    case 'emoji10':
      return { kind, test: oneOf('test', test ?? TESTS[0], TESTS) };
    case 'hub':
      if (test !== undefined) throw new LinkError('It names a test set of Emoji-10 beside other data.');
      return {
        ...{ kind, set: oneOf('set', said.get('set') ?? '', HUB_IDS), side: wholeOf(said, 'side') },
        // The user who opens the link downloads the images first: a run does not use the network.
        ...{ limits: { train: wholeOf(said, 'images'), test: wholeOf(said, 'tests') }, kept: true },
      };
    default:
      return kind satisfies never;
  }
}

/** A whole number above 0; null if the link does not have it. */
function wholeOf(said: ReadonlyMap<string, string>, key: string): number | null {
  const text = said.get(key);
  if (text === undefined) return null;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new LinkError(`Its ${quoted(key)} must be a whole number, got ${quoted(text)}.`);
}

function oneOf<T extends string>(key: string, text: string, values: readonly T[]): T {
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  throw new LinkError(`Its ${quoted(key)} must be ${values.join(' or ')}, got ${quoted(text)}.`);
}

/** A text of a link, short enough to be shown. */
function quoted(text: string): string {
  return `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`;
}
