import { parseArgs } from 'node:util';
import { CHOICES, SWITCHES } from '../choices.ts';
import type { RunConfig } from '../config.ts';
import { checkConfig, FIELDS } from '../fields.ts';
import { SYSTEM_TEXTS } from '../network/fromConfig.ts';
import { presetFor } from '../presets.ts';
import type { EngineChoice } from '../session/protocol.ts';
import { UsageError } from './usageError.ts';

/** `--shared-bn` is the other name of separateBn. */
const NAMED_SWITCHES = SWITCHES.filter(({ key }) => key !== 'separateBn');

const SYSTEM_IDS = SYSTEM_TEXTS.map(({ id }) => id);

/** What `npm run train` was asked to do. */
export interface TrainOrder {
  /** Paths of CIFAR-10 files; none: the embedded Emoji-10. */
  readonly data: readonly string[];
  readonly test: readonly string[];
  /** Which of Emoji-10's test sets. */
  readonly testSet: 'unseen-style' | 'same-styles';
  /** Keeps the first images of each set; null: all. */
  readonly limit: number | null;
  readonly engine: EngineChoice;
  /** The run; `steps` is replaced by epochs · steps per epoch where `epochs` is given. */
  readonly config: RunConfig;
  readonly epochs: number | null;
  readonly out: string | null;
}

export const USAGE = `usage: npm run train -- [--data emoji10|PATH…] [--test PATH…] [--test-set unseen-style|same-styles]
         [--method ${SYSTEM_IDS.join('|')}] [--epochs N | --steps N] [--engine auto|wasm|cpu]
         [--limit N] [--out FILE] [--shared-bn] and any of
         ${FIELDS.filter(({ key }) => key !== 'steps')
           .map(({ key }) => `[--${flagOf(key)} N]`)
           .join(' ')}
         ${CHOICES.map(({ key, options }) => `[--${flagOf(key)} ${options.map(({ value }) => value).join('|')}]`).join(' ')}
         ${NAMED_SWITCHES.map(({ key }) => `[--${flagOf(key)} on|off]`).join(' ')}`;

const FLAGS = {
  data: { type: 'string', multiple: true },
  test: { type: 'string', multiple: true },
  'test-set': { type: 'string' },
  method: { type: 'string' },
  epochs: { type: 'string' },
  engine: { type: 'string' },
  limit: { type: 'string' },
  out: { type: 'string' },
  'shared-bn': { type: 'boolean' },
} as const;

/**
 * `--data a b` is `--data a --data b`: what stands after a path option belongs to it.
 * @throws UsageError for a path option that nothing belongs to
 */
function spread(args: readonly string[]): string[] {
  const spreadOut: string[] = [];
  let list: { readonly flag: string; paths: number } | null = null;
  const close = () => {
    if (list?.paths === 0) throw new UsageError(`${list.flag} must be followed by a path, got none`);
    list = null;
  };
  for (const arg of args) {
    if (arg === '--data' || arg === '--test') {
      close();
      list = { flag: arg, paths: 0 };
    } else if (arg.startsWith('--')) {
      close();
      spreadOut.push(arg);
    } else {
      if (list !== null) {
        list.paths++;
        spreadOut.push(list.flag);
      }
      spreadOut.push(arg);
    }
  }
  close();
  return spreadOut;
}

/** Reads the command line. Throws UsageError. */
export function trainOrder(args: readonly string[]): TrainOrder {
  const given = parse(args);
  const { data = ['emoji10'], test = [] } = given;
  if ([...data, ...test].includes('')) throw new UsageError('--data and --test must name a path, got ""');
  const embedded = data.length === 1 && data[0] === 'emoji10';
  const config = configOf(given, presetFor(embedded ? 'emoji10' : 'files').config);
  const faults = checkConfig(config);
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  if (given.text('epochs') !== undefined && given.text('steps') !== undefined) {
    throw new UsageError('give --epochs or --steps, not both');
  }
  if (embedded && test.length > 0)
    throw new UsageError('--test goes with --data PATH; for emoji10 choose --test-set');
  return {
    data: embedded ? [] : data,
    test,
    testSet: oneOf('--test-set', given.text('test-set') ?? 'unseen-style', ['unseen-style', 'same-styles']),
    limit: wholeNumber('--limit', given.text('limit')),
    engine: oneOf('--engine', given.text('engine') ?? 'auto', ['auto', 'wasm', 'cpu']),
    config,
    epochs: wholeNumber('--epochs', given.text('epochs')),
    out: given.text('out') ?? null,
  };
}

/** The options as they were typed. */
interface Given {
  readonly data: string[] | undefined;
  readonly test: string[] | undefined;
  readonly sharedBn: boolean;
  text(flag: string): string | undefined;
}

function parse(args: readonly string[]): Given {
  const keys = [...FIELDS, ...CHOICES, ...NAMED_SWITCHES].map(({ key }) => key);
  const numbers = Object.fromEntries(keys.map((key) => [flagOf(key), { type: 'string' } as const]));
  try {
    const { values } = parseArgs({ args: spread(args), options: { ...numbers, ...FLAGS }, strict: true });
    const texts: Readonly<Record<string, unknown>> = values;
    return {
      data: values.data,
      test: values.test,
      sharedBn: values['shared-bn'] === true,
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
function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function number(flag: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new UsageError(`${flag} must be a number, got "${text}"`);
  return value;
}

function wholeNumber(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = number(flag, text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`${flag} must be a whole number from 1 up, got ${text}`);
  return value;
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new UsageError(`${flag} must be one of ${allowed.join(', ')}, got "${value}"`);
  return found;
}
