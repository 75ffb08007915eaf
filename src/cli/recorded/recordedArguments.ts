import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { SystemId } from '../../config.ts';
import { isRecordedSystem, RECORDED_SYSTEMS } from '../../recorded/systems.ts';
import { UsageError } from '../usageError.ts';

export const RECORDED_USAGE =
  'usage: npm run recorded -- [SYSTEM …] [--out FOLDER] [--steps N]\n' +
  `  SYSTEM: ${RECORDED_SYSTEMS.join(', ')}; all of them if none is given.`;

/** Where the page finds the recorded runs. */
const RECORDED_FOLDER = fileURLToPath(new URL('../../../public/recorded/', import.meta.url));

/** The order of `npm run recorded`. */
export interface RecordedOrder {
  readonly systems: readonly SystemId[];
  readonly out: string;
  /** Length of each run; null for that of the plan. */
  readonly steps: number | null;
}

/** Reads the command line. @throws UsageError */
export function recordedOrder(args: readonly string[]): RecordedOrder {
  const { values, positionals } = parse(args);
  const unknown = positionals.find((name) => !isRecordedSystem(name));
  if (unknown !== undefined)
    throw new UsageError(`SYSTEM must be one of ${RECORDED_SYSTEMS.join(', ')}, got "${unknown}"`);
  const steps = values.steps === undefined ? null : Number(values.steps);
  if (steps !== null && !(Number.isInteger(steps) && steps >= 1))
    throw new UsageError(`--steps must be a whole number from 1, got "${values.steps}"`);
  const named = positionals.filter(isRecordedSystem);
  return {
    systems: named.length > 0 ? named : RECORDED_SYSTEMS,
    out: values.out ?? RECORDED_FOLDER,
    steps,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { out: { type: 'string' }, steps: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
