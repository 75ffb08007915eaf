import { stderr, stdout } from 'node:process';
import { UsageError } from './usageError.ts';

/** Writes text as it is. The writer adds the line breaks. */
export interface Output {
  write(text: string): unknown;
}

/** The terminal of a command: where it writes, and what interrupts it. A test gives its own. */
export interface Terminal {
  /** For the result of the command. */
  readonly stdout: Output;
  /** For progress and errors. `isTTY`: whether a line can be rewritten. */
  readonly stderr: Output & { readonly isTTY?: boolean };
  /** From now on, each Ctrl-C calls `stop`. Before, Ctrl-C ends the process. */
  onInterrupt(stop: () => void): void;
}

/** The terminal that this process was started from. */
export const TERMINAL: Terminal = {
  stdout,
  stderr,
  onInterrupt: (stop) => void process.on('SIGINT', stop),
};

/**
 * The exit code of a command: the code that its work returns; 2 for wrong arguments, with the usage; 1 for
 * any other error. It reports errors and throws none.
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
