import { parseArgs } from 'node:util';
import { CHOICES, SWITCHES } from '../../choices.ts';
import type { RunConfig } from '../../config.ts';
import { guessRecipe } from '../../data/formats/guess.ts';
import { checkConfig, FIELDS } from '../../fields.ts';
import { SYSTEM_TEXTS } from '../../network/fromConfig.ts';
import { presetFor } from '../../presets.ts';
import { number, oneOf, wholeNumber } from '../argumentValues.ts';
import { ENGINE_FLAGS, ENGINE_USAGE, type EngineOption, engineOption } from '../engineOption.ts';
import {
  IMAGES_FLAGS,
  IMAGES_USAGE,
  type ImagesOrder,
  type ImagesValues,
  imagesOrder,
  spreadPaths,
} from '../images/imagesOrder.ts';
import { UsageError } from '../usageError.ts';

/** separateBn is left out because its option has a name of its own, `--shared-bn`. */
export const NAMED_SWITCHES = SWITCHES.filter(({ key }) => key !== 'separateBn');

export const SYSTEM_IDS = SYSTEM_TEXTS.map(({ id }) => id);

/** The order of `npm run train`. */
export interface TrainOrder extends ImagesOrder, EngineOption {
  /** The run's settings. If `epochs` is given, `steps` is replaced by epochs · steps per epoch. */
  readonly config: RunConfig;
  readonly epochs: number | null;
  /** Weights to begin with; null for the seed's. They determine method and network. */
  readonly weights: string | null;
  readonly out: string | null;
  /** Whether a finished run in that file may be replaced. */
  readonly force: boolean;
  /** Longest time of training between two files on the way, minutes. */
  readonly checkpointEvery: number;
  /** Whether the file gets a checkpoint, so that the run can continue later. */
  readonly keepsCheckpoint: boolean;
  /**
   * The file of a run to continue. Its settings are used, except that `steps` replaces theirs if it is given.
   */
  readonly resume: { readonly path: string; readonly steps: number | null } | null;
}

export const USAGE = `usage: npm run train -- ${IMAGES_USAGE}
         [--method ${SYSTEM_IDS.join('|')}] [--epochs N | --steps N] ${ENGINE_USAGE}
         [--weights FILE] [--out FILE [--force]] [--checkpoint] [--checkpoint-every N] [--resume RUN-FILE] [--shared-bn] and any of
         ${FIELDS.filter(({ key }) => key !== 'steps')
           .map(({ key }) => `[--${flagOf(key)} N]`)
           .join(' ')}
         ${CHOICES.map(({ key, options }) => `[--${flagOf(key)} ${options.map(({ value }) => value).join('|')}]`).join(' ')}
         ${NAMED_SWITCHES.map(({ key }) => `[--${flagOf(key)} on|off]`).join(' ')}
       --out FILE  where the run goes. A file that is there and is no run is refused, as are the files that the command
             reads. A run that is there is replaced only with --force; the run of --resume goes on in its own file, and
             its checkpoint stays. A command that took no step writes nothing
       --checkpoint-every N  writes FILE, with a checkpoint, after at most N minutes of training, 10 if not given: a
             process that is killed loses no more than that. Ctrl-C, TERM and HUP end the step, write FILE with a
             checkpoint, evaluate, and exit with 130, 143 and 129. --checkpoint keeps one in FILE after the end, too`;

const FLAGS = {
  ...IMAGES_FLAGS,
  method: { type: 'string' },
  epochs: { type: 'string' },
  ...ENGINE_FLAGS,
  weights: { type: 'string' },
  out: { type: 'string' },
  force: { type: 'boolean' },
  checkpoint: { type: 'boolean' },
  'checkpoint-every': { type: 'string' },
  resume: { type: 'string' },
  'shared-bn': { type: 'boolean' },
} as const;

/** Reads the command line. @throws UsageError */
export function trainOrder(args: readonly string[]): TrainOrder {
  const given = parse(args);
  const images = imagesOrder(given.images);
  const named = [...images.data, ...images.test].map((path) => ({ path, file: { size: 0 } }));
  const { config: preset } = presetFor(images.data.length === 0 ? 'emoji10' : guessRecipe(named));
  const config = configOf(given, preset);
  const faults = checkConfig(config);
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  if (given.text('epochs') !== undefined && given.text('steps') !== undefined) {
    throw new UsageError('give --epochs or --steps, not both');
  }
  return {
    ...images,
    ...engineOption({
      engine: given.text('engine'),
      adapter: given.text('adapter'),
      threads: given.text('threads'),
    }),
    config,
    epochs: wholeNumber('--epochs', given.text('epochs')),
    weights: given.text('weights') ?? null,
    out: given.text('out') ?? null,
    force: given.force,
    checkpointEvery: minutes('--checkpoint-every', given.text('checkpoint-every') ?? '10'),
    keepsCheckpoint: given.keepsCheckpoint,
    resume: resumeOf(given),
  };
}

function minutes(flag: string, text: string): number {
  const value = number(flag, text);
  if (value <= 0) throw new UsageError(`${flag} must be a number of minutes above 0, got ${text}`);
  return value;
}

/** The run to continue. It has its settings already, so none may be given. */
function resumeOf(given: Given): TrainOrder['resume'] {
  const path = given.text('resume');
  if (path === undefined) return null;
  if (given.text('weights') !== undefined)
    throw new UsageError('give --resume, which goes on with a run, or --weights, which begins one; not both');
  const changed = given.settings.find((flag) => flag !== 'steps');
  if (changed !== undefined) {
    throw new UsageError(
      `--resume goes on with the settings of its file: only --steps may change, got --${changed}`,
    );
  }
  return { path, steps: wholeNumber('--steps', given.text('steps')) };
}

/** The options as the user typed them. */
interface Given {
  readonly images: ImagesValues;
  readonly sharedBn: boolean;
  readonly keepsCheckpoint: boolean;
  readonly force: boolean;
  /** Flags of settings that were given. */
  readonly settings: readonly string[];
  text(flag: string): string | undefined;
}

function parse(args: readonly string[]): Given {
  const keys = [...FIELDS, ...CHOICES, ...NAMED_SWITCHES].map(({ key }) => key);
  const numbers = Object.fromEntries(keys.map((key) => [flagOf(key), { type: 'string' } as const]));
  try {
    const { values } = parseArgs({
      args: spreadPaths(args),
      options: { ...numbers, ...FLAGS },
      strict: true,
    });
    const texts: Readonly<Record<string, unknown>> = values;
    return {
      images: values,
      sharedBn: values['shared-bn'] === true,
      keepsCheckpoint: values.checkpoint === true,
      force: values.force === true,
      settings: [...keys.map(flagOf), 'method', 'epochs', 'shared-bn'].filter((flag) => flag in texts),
      text: (flag) => {
        const value = texts[flag];
        return typeof value === 'string' ? value : undefined;
      },
    };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function configOf(given: Given, preset: RunConfig): RunConfig {
  const numbers = FIELDS.flatMap(({ key }) => {
    const text = given.text(flagOf(key));
    return text === undefined ? [] : [[key, number(`--${flagOf(key)}`, text)]];
  });
  const choices = CHOICES.flatMap(({ key, options }) => {
    const text = given.text(flagOf(key));
    const values = options.map(({ value }) => value);
    return text === undefined ? [] : [[key, oneOf(`--${flagOf(key)}`, text, values)]];
  });
  const switches = NAMED_SWITCHES.flatMap(({ key }) => {
    const text = given.text(flagOf(key));
    return text === undefined ? [] : [[key, oneOf(`--${flagOf(key)}`, text, ['on', 'off']) === 'on']];
  });
  return {
    ...preset,
    ...Object.fromEntries([...numbers, ...choices, ...switches]),
    system: oneOf('--method', given.text('method') ?? preset.system, SYSTEM_IDS),
    separateBn: !given.sharedBn,
  };
}

/** learningRate → learning-rate */
export function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
