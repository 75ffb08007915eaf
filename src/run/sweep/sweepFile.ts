import type { RunConfig } from '../../config.ts';
import { LAYOUTS, type LayoutChoice, type Sampling, WHOLE } from '../../data/formats/files.ts';
import { guessRecipe } from '../../data/formats/guess.ts';
import { HUB_SETS, type HubSetId } from '../../data/hub/catalogue.ts';
import { type PresetData, presetFor } from '../../presets.ts';
import { configSchema } from '../files/runSchema.ts';
import { z } from '../zod.ts';
import type { SweepOrder, SweepSystem } from './sweepPlan.ts';

/**
 * A sweep as it stands in its file. `data` is one of Emoji-10's test sets, or names files or a set of Hugging
 * Face and what is read of them.
 */
export interface SweepFile {
  readonly order: SweepOrder;
  readonly data:
    | { readonly kind: 'emoji10'; readonly test: 'unseen-style' | 'same-styles' }
    | ({ readonly kind: 'hub'; readonly set: HubSetId } & Sampling)
    | ({
        readonly kind: 'files';
        readonly train: readonly string[];
        readonly test: readonly string[];
        /** How folders of pictures are read, if their names do not tell it. */
        readonly layout?: LayoutChoice;
      } & Sampling);
}

/** The file is not a sweep. The message is for the user. */
export class SweepFileError extends Error {
  override readonly name = 'SweepFileError';
}

const overrides = z.record(z.string(), z.unknown());
const paths = z.array(z.string().check(z.minLength(1)));
const limit = z._default(z.nullable(z.int().check(z.positive())), null);
const sampling = {
  side: z._default(z.nullable(z.int().check(z.positive())), WHOLE.side),
  limits: z._default(z.strictObject({ train: limit, test: limit }), WHOLE.limits),
};

const sweep = z.strictObject({
  format: z.literal('dualgate-sweep'),
  version: z.literal(1),
  data: z._default(
    z.union([
      z.strictObject({ emoji10: z.enum(['unseen-style', 'same-styles']) }),
      z.strictObject({
        train: paths.check(z.minLength(1)),
        test: z._default(paths, []),
        layout: z.exactOptional(z.enum(LAYOUTS)),
        ...sampling,
      }),
      z.strictObject({ hub: z.enum(HUB_SETS.map(({ id }) => id)), ...sampling }),
    ]),
    { emoji10: 'unseen-style' },
  ),
  systems: z.array(z.looseObject({ system: z.string() })).check(z.minLength(1)),
  budgets: z.array(z.number()).check(z.minLength(1)),
  seeds: z.array(z.number()).check(z.minLength(1)),
  config: z._default(overrides, {}),
  smallDense: z.exactOptional(z.boolean()),
  equal: z.exactOptional(z.enum(['steps', 'macs', 'both'])),
});

/** The text of a sweep's file, which `parseSweepFile` can read. */
export function sweepFileText({ order, data }: SweepFile): string {
  const { budget: _, seed: __, ...config } = order.config;
  return JSON.stringify(
    {
      ...{ format: 'dualgate-sweep', version: 1 },
      data: dataText(data),
      ...{ systems: order.systems, budgets: order.budgets, seeds: order.seeds, config },
      smallDense: order.smallDense,
      equal: order.equal,
    },
    null,
    2,
  );
}

/**
 * The sweep in a file's text. Settings that the file does not name come from the preset for its data.
 * @throws SweepFileError that says what was expected and what was found
 */
export function parseSweepFile(text: string): SweepFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SweepFileError(
      `A sweep must be JSON, but this is not: ${error instanceof Error ? error.message : String(error)}. Start from datasets/sweeps/emoji10.json.`,
    );
  }
  const parsed = sweep.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues.slice(0, 3).map(({ path, message }) => {
      return `${path.length > 0 ? path.join('.') : 'the file'}: ${message}`;
    });
    throw new SweepFileError(
      `A sweep must have format "dualgate-sweep", version 1; this one does not fit: ${faults.join('; ')}. Correct it, or start from datasets/sweeps/emoji10.json.`,
    );
  }
  const { data, systems, budgets, seeds, config: shared, format: _, version: __, ...more } = parsed.data;
  const preset = presetFor(presetDataOf(data));

  const config = configWith(preset.config, shared, 'config');
  return {
    order: {
      systems: systems.map((system, i) => systemWith(config, system, `systems.${i}`)),
      budgets,
      seeds,
      config,
      ...more,
    },
    data: dataOf(data),
  };
}

type WrittenData = z.infer<typeof sweep>['data'];

function presetDataOf(data: WrittenData): PresetData {
  if ('emoji10' in data) return 'emoji10';
  return 'hub' in data ? data.hub : guessRecipe(named([...data.train, ...data.test]));
}

function dataOf(data: WrittenData): SweepFile['data'] {
  if ('emoji10' in data) return { kind: 'emoji10', test: data.emoji10 };
  if (!('hub' in data)) return { kind: 'files', ...data };
  const { hub, ...rest } = data;
  return { kind: 'hub', set: hub, ...rest };
}

function dataText(data: SweepFile['data']) {
  if (data.kind === 'emoji10') return { emoji10: data.test };
  const { side, limits } = data;
  const sampled = { ...(side !== null && { side }), ...(limitsAny(limits) && { limits }) };
  if (data.kind === 'hub') return { hub: data.set, ...sampled };
  const { train, test, layout } = data;
  return { train, test, ...(layout && { layout }), ...sampled };
}

function limitsAny({ train, test }: Sampling['limits']): boolean {
  return train !== null || test !== null;
}

/** Files of which only the names are known so far. */
function named(paths: readonly string[]) {
  return paths.map((path) => ({ path, file: { size: 0 } }));
}

function systemWith(config: RunConfig, given: Readonly<Record<string, unknown>>, place: string): SweepSystem {
  const full = configWith(config, given, place);
  const named = Object.keys(given) as (keyof RunConfig)[];
  return { ...Object.fromEntries(named.map((key) => [key, full[key]])), system: full.system };
}

/** @throws SweepFileError for keys that are not settings, and for values of the wrong type */
function configWith(base: RunConfig, given: Readonly<Record<string, unknown>>, place: string): RunConfig {
  const unknown = Object.keys(given).filter((key) => !(key in base));
  if (unknown.length > 0) {
    throw new SweepFileError(
      `${place} must hold settings of a run (${Object.keys(base).join(', ')}), got ${unknown.join(', ')}. Correct the name.`,
    );
  }
  const listed = Object.keys(given).filter((key) => key === 'budget' || key === 'seed');
  if (listed.length > 0) {
    throw new SweepFileError(
      `${place} must leave budgets and seeds to the lists "budgets" and "seeds", got ${listed.join(', ')}. Move it there.`,
    );
  }
  const parsed = configSchema.safeParse({ ...base, ...given });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const key = String(path[0]);
  throw new SweepFileError(`${place}.${key}: ${message}, got ${JSON.stringify(given[key])}.`);
}
