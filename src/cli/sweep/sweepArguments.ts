import { basename, extname } from 'node:path';
import { parseArgs } from 'node:util';
import type { EngineChoice } from '../../run/protocol.ts';
import { UsageError } from '../usageError.ts';

export const SWEEP_USAGE =
  'usage: npm run sweep -- FILE [--out FILE] [--engine auto|wasm|cpu] [--plan]\n' +
  '  FILE: what to train, as in datasets/sweeps/emoji10.json. --out: where its runs go, NAME-runs.json if not given; started\n' +
  '  again, the sweep goes on from there. --plan: say what would be trained, and train nothing.';

const ENGINES = ['auto', 'wasm', 'cpu'] as const satisfies readonly EngineChoice[];

/** The order of `npm run sweep`. */
export interface SweepArguments {
  readonly file: string;
  readonly out: string;
  readonly engine: (typeof ENGINES)[number];
  readonly planOnly: boolean;
}

/** Reads the command line. @throws UsageError */
export function sweepArguments(args: readonly string[]): SweepArguments {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || file === '' || more.length > 0) {
    throw new UsageError(`sweep must be given one FILE, got ${positionals.length}`);
  }
  const engine = ENGINES.find((name) => name === (values.engine ?? 'auto'));
  if (engine === undefined)
    throw new UsageError(`--engine must be one of ${ENGINES.join(', ')}, got "${values.engine}"`);
  return {
    file,
    out: values.out ?? `${basename(file, extname(file))}-runs.json`,
    engine,
    planOnly: values.plan === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { out: { type: 'string' }, engine: { type: 'string' }, plan: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
