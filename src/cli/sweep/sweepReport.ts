import { readFile } from 'node:fs/promises';
import { reportHtml } from '../../run/report/reportHtml.ts';
import type { RunSet } from '../../run/sets/runSetFile.ts';
import { writtenName } from '../files/claimedFile.ts';
import { requireOut } from '../files/outFile.ts';
import { version } from '../help.ts';
import type { MergeArguments, SweepArguments } from './sweepArguments.ts';

/** A report that a command is asked for, whose file was checked. */
export interface ClaimedReport {
  /** Writes the report of a set, or says that there are no runs yet. */
  write(set: RunSet | null, say: (text: string) => void): Promise<void>;
}

/**
 * Checks the file of a report, before any work; null if none is asked for.
 * @throws Error that says why it may not be written, and what to do
 */
export async function claimReport(
  order: SweepArguments | MergeArguments,
  args: readonly string[],
): Promise<ClaimedReport | null> {
  const { report: path } = order;
  if (path === null) return null;
  const inputs = order.kind === 'train' ? [order.file] : order.parts;
  const file = await requireOut({ path, flag: '--report', kind: 'a report of a sweep', inputs });
  const sweepFile = order.kind === 'train' ? await readFile(order.file, 'utf8') : null;
  return {
    write: async (set, say) => {
      if (set === null) {
        say('note    no report: there are no runs yet');
        return;
      }
      const html = reportHtml(set, {
        ...{ madeOn: new Date().toISOString(), version: version(), sweepFile },
        command: ['npm run sweep --', ...args.map(quoted)].join(' '),
      });
      say(`wrote ${writtenName(await file.write(html))}`);
    },
  };
}

/** An argument as a shell takes it. */
function quoted(argument: string): string {
  return /^[\w./:=,@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
