import { stderr, stdout } from 'node:process';
import { UsageError } from './usageError.ts';

/** Where text goes as it comes: line breaks are its writer's. */
export interface Output {
  write(text: string): unknown;
}

/** Where a command speaks, and what tells it to stop. A test hands it one of its own. */
export interface Terminal {
  /** What the command was started for. */
  readonly stdout: Output;
  /** Progress and faults. `isTTY`: a line can be written over. */
  readonly stderr: Output & { readonly isTTY?: boolean };
  /** From now on `stop` hears every Ctrl-C; until then it ends the process. */
  onInterrupt(stop: () => void): void;
}

/** The terminal that this process was started from. */
export const TERMINAL: Terminal = {
  stdout,
  stderr,
  onInterrupt: (stop) => void process.on('SIGINT', stop),
};

/**
 * The exit code of a command: what its work gives; 2, with the usage, for arguments that make no order; 1 for any other
 * fault. Tells faults, and throws none.
 */
export async function exitCodeOf(
  work: () => Promise<number>,
  usage: string,
  { stderr }: Terminal,
): Promise<number> {
  try {
    return await work();
  } catch (fault) {
    const message = fault instanceof Error ? fault.message : String(fault);
    const misused = fault instanceof UsageError;
    stderr.write(misused ? `${message}\n${usage}\n` : `${message}\n`);
    return misused ? 2 : 1;
  }
}
