import { parseArgs } from 'node:util';
import { UsageError } from '../usageError.ts';

export const USAGE = `usage: npm run bundle -- --out DIR [--with-node]
       DIR  a new or an empty folder, or one that this command made: it gets the commands with all that they need to run on a
            machine of this kind, without the project and its packages`;

/** The order of `npm run bundle`. */
export interface BundleOrder {
  readonly out: string;
  /** Whether the Node that runs this command goes along. */
  readonly withNode: boolean;
}

/** Reads the command line. @throws UsageError */
export function bundleOrder(args: readonly string[]): BundleOrder {
  const { out, 'with-node': withNode } = parse(args);
  if (!out) throw new UsageError('say where to: --out DIR');
  return { out, withNode: withNode === true };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { out: { type: 'string' }, 'with-node': { type: 'boolean' } },
      strict: true,
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
