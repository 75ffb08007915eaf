import { parseArgs } from 'node:util';
import { UsageError } from '../usageError.ts';

export const START_USAGE = 'Usage: npm start -- [--no-open] [--port N]';

/** The order of `npm start`. */
export interface StartOrder {
  /** Whether to open the site in the user's browser. */
  readonly open: boolean;
  readonly port: number;
}

/** Reads the command line. @throws UsageError */
export function startOrder(args: readonly string[]): StartOrder {
  const { open, port: text } = parse(args);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError(`--port must be a whole number from 1 to 65535, got ${text}`);
  }
  return { open, port };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        open: { type: 'boolean', default: true },
        port: { type: 'string', default: '4173' },
      },
      allowNegative: true,
    });
    return values;
  } catch (fault) {
    throw new UsageError(fault instanceof Error ? fault.message : String(fault));
  }
}
