import { readFileSync } from 'node:fs';
import type { Terminal } from './command.ts';

/** An option of a command, as `--help` describes it. */
export interface HelpOption {
  /** Without the dashes. */
  readonly flag: string;
  /** What the user writes after it; null for an option without a value. */
  readonly value: string | null;
  /** What it does, in whole sentences. */
  readonly text: string;
  /** Unit or range of the value; empty if it has none. */
  readonly unit: string;
  /** The value if the option is not given, or what happens then. */
  readonly default: string;
}

/** What `--help` says about a command. */
export interface Help {
  /** What the command does, in one sentence. */
  readonly about: string;
  readonly usage: string;
  readonly options: readonly HelpOption[];
}

const COMMON: readonly HelpOption[] = [
  {
    flag: 'help',
    value: null,
    text: 'Shows this text and does nothing else.',
    unit: '',
    default: 'off',
  },
  {
    flag: 'version',
    value: null,
    text: 'Shows the version and does nothing else.',
    unit: '',
    default: 'off',
  },
];

/**
 * Answers `--help` and `--version` on stdout, whatever else is given, so that a user with a wrong option
 * still gets help. Returns the exit code, or null if neither is asked for.
 */
export function answered(args: readonly string[], help: Help, { stdout }: Terminal): number | null {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  if (options.includes('--help')) stdout.write(`${helpText(help)}\n`);
  else if (options.includes('--version')) stdout.write(`DualGate ${version()}\n`);
  else return null;
  return 0;
}

/** The whole text of `--help`: one line for each option. */
export function helpText({ about, usage, options }: Help): string {
  const all = [...options, ...COMMON];
  const names = all.map(({ flag, value }) => (value === null ? `--${flag}` : `--${flag} ${value}`));
  const width = Math.max(...names.map((name) => name.length));
  const lines = all.map((option, i) => {
    const unit = option.unit === '' ? '' : `${option.unit}; `;
    return `  ${names[i]!.padEnd(width)}  ${option.text} [${unit}default: ${option.default}]`;
  });
  return [about, '', usage, '', 'Options:', ...lines].join('\n');
}

/** The project's version. */
export function version(): string {
  const about: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof about === 'object' && about !== null && 'version' in about && typeof about.version === 'string')
    return about.version;
  throw new TypeError('package.json must have a version');
}
