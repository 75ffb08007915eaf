import { basename, extname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Shard } from '../../run/sets/runSetMerge.ts';
import { oneOf } from '../argumentValues.ts';
import { ENGINE_FLAGS, ENGINE_USAGE, type EngineOption, engineOption } from '../engineOption.ts';
import { UsageError } from '../usageError.ts';

const EQUALS = ['steps', 'macs', 'both'] as const;

export const SWEEP_USAGE =
  `usage: npm run sweep -- FILE [--out FILE] ${ENGINE_USAGE} [--small-dense] [--equal ${EQUALS.join('|')}]\n` +
  '                            [--shard K/N] [--plan] [--use-the-rest] [--report HTML]\n' +
  '       npm run sweep -- --merge PART… [--out FILE] [--report HTML]\n' +
  '  FILE: what to train, as in datasets/sweeps/emoji10.json. --out: where its runs go, NAME-runs.json if not given; started\n' +
  '  again, the sweep goes on from there. --small-dense: also train, for every budget, the dense network that costs\n' +
  '  about as much. --shard K/N: train only part K of N equal parts, into NAME-runs-K-of-N.json if\n' +
  '  there is no --out. --merge: put the runs of all parts into one file. --plan: say what would be trained, and train nothing.\n' +
  '  --report HTML: set all runs of the file beside each other on one page; with --merge, --out may be left out then.';

/** The order of `npm run sweep` to train. */
export interface SweepArguments extends EngineOption {
  readonly kind: 'train';
  readonly file: string;
  readonly out: string;
  /** Whether to train small dense networks too, whatever the file says. */
  readonly smallDense: boolean;
  /** What small dense networks have as much of as the others; null leaves it to the file. */
  readonly equal: (typeof EQUALS)[number] | null;
  /** The part of the sweep to train; null for all of it. */
  readonly shard: Shard | null;
  readonly planOnly: boolean;
  /** Whether to use the pictures that can be read, however many are left out. */
  readonly useTheRest: boolean;
  /** Where the report of all runs goes; null for none. */
  readonly report: string | null;
}

/** The order of `npm run sweep` to put the runs of several files into one. */
export interface MergeArguments {
  readonly kind: 'merge';
  readonly parts: readonly string[];
  /** null if only a report is asked for. */
  readonly out: string | null;
  /** Where the report of all runs goes; null for none. */
  readonly report: string | null;
}

/** Reads the command line. @throws UsageError */
export function sweepArguments(args: readonly string[]): SweepArguments | MergeArguments {
  const { values, positionals } = parse(args);
  if (values.merge === true) return mergeArguments(values, positionals);
  const [file, ...more] = positionals;
  if (file === undefined || file === '' || more.length > 0) {
    throw new UsageError(`sweep must be given one FILE, got ${positionals.length}`);
  }
  const shard = values.shard === undefined ? null : shardFrom(values.shard);
  const part = shard === null ? '' : `-${shard.index}-of-${shard.count}`;
  const out = values.out ?? `${basename(file, extname(file))}-runs${part}.json`;
  requireOwnPage(values.report, [out, file]);
  return {
    kind: 'train',
    file,
    out,
    ...engineOption(values),
    smallDense: values['small-dense'] === true,
    equal: values.equal === undefined ? null : oneOf('--equal', values.equal, EQUALS),
    shard,
    planOnly: values.plan === true,
    useTheRest: values['use-the-rest'] === true,
    report: values.report ?? null,
  };
}

function mergeArguments(
  { out, report, ...others }: ReturnType<typeof parse>['values'],
  parts: readonly string[],
): MergeArguments {
  const stray = Object.keys(others).find((flag) => flag !== 'merge');
  if (stray !== undefined)
    throw new UsageError(`--merge trains nothing, so it must stand without --${stray}`);
  if (parts.length === 0 || parts.includes(''))
    throw new UsageError('--merge must be followed by the files of the parts');
  if (out === undefined && report === undefined)
    throw new UsageError('--merge needs --out FILE, where all runs go, or --report HTML');
  requireOwnPage(report, out === undefined ? parts : [out, ...parts]);
  return { kind: 'merge', parts, out: out ?? null, report: report ?? null };
}

function requireOwnPage(report: string | undefined, others: readonly string[]): void {
  if (report !== undefined && others.some((path) => resolve(path) === resolve(report)))
    throw new UsageError(
      `--report must be a file of its own, got ${report}, which is another of the command`,
    );
}

/** “3/8”. */
function shardFrom(text: string): Shard {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count) return shard;
  throw new UsageError(`--shard must be K/N with K from 1 to N, such as 3/8, got "${text}"`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        out: { type: 'string' },
        ...ENGINE_FLAGS,
        'small-dense': { type: 'boolean' },
        equal: { type: 'string' },
        shard: { type: 'string' },
        merge: { type: 'boolean' },
        plan: { type: 'boolean' },
        report: { type: 'string' },
        'use-the-rest': { type: 'boolean' },
      },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
